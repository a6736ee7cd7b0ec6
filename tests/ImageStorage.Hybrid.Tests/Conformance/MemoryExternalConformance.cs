using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class MemoryExternalBatch : BatchConformance<MemoryExternalHarness>;

public sealed class MemoryExternalAtomic : AtomicConformance<MemoryExternalHarness>;

public sealed class MemoryExternalCancellation : CancellationConformance<MemoryExternalHarness>;

public sealed class MemoryExternalCleanup : CleanupConformance<MemoryExternalHarness>;

public sealed class MemoryExternalConcurrency : ConcurrencyConformance<MemoryExternalHarness>;

public sealed class MemoryExternalCopy : CopyConformance<MemoryExternalHarness>;

public sealed class MemoryExternalCorruption : CorruptionConformance<MemoryExternalHarness>;

public sealed class MemoryExternalDelete : DeleteConformance<MemoryExternalHarness>;

public sealed class MemoryExternalDocument : DocumentConformance<MemoryExternalHarness>;

public sealed class MemoryExternalDurability : DurabilityConformance<MemoryExternalHarness>;

public sealed class MemoryExternalFailure : FailureConformance<MemoryExternalHarness>;

public sealed class MemoryExternalKey : KeyConformance<MemoryExternalHarness>;

public sealed class MemoryExternalLarge : LargeConformance<MemoryExternalHarness>;

public sealed class MemoryExternalLifecycle : LifecycleConformance<MemoryExternalHarness>;

public sealed class MemoryExternalListing : ListingConformance<MemoryExternalHarness>;

public sealed class MemoryExternalLoss : LossConformance<MemoryExternalHarness>;

public sealed class MemoryExternalMetadata : MetadataConformance<MemoryExternalHarness>;

public sealed class MemoryExternalMove : MoveConformance<MemoryExternalHarness>;

public sealed class MemoryExternalMultiInstance : MultiInstanceConformance<MemoryExternalHarness>;

public sealed class MemoryExternalPaging : PagingConformance<MemoryExternalHarness>;

public sealed class MemoryExternalPrecondition : PreconditionConformance<MemoryExternalHarness>;

public sealed class MemoryExternalRandomSequence : RandomSequenceConformance<MemoryExternalHarness>;

public sealed class MemoryExternalRange : RangeConformance<MemoryExternalHarness>;

public sealed class MemoryExternalReading : ReadingConformance<MemoryExternalHarness>;

public sealed class MemoryExternalSaving : SavingConformance<MemoryExternalHarness>;

public sealed class MemoryExternalTime : TimeConformance<MemoryExternalHarness>;

public sealed class MemoryExternalUpdate : UpdateConformance<MemoryExternalHarness>;

public sealed class MemoryExternalUsage : UsageConformance<MemoryExternalHarness>;

public sealed class MemoryExternalVersion : VersionConformance<MemoryExternalHarness>;
