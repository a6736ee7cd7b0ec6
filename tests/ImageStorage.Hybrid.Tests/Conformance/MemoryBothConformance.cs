using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class MemoryBothBatch : BatchConformance<MemoryBothHarness>;

public sealed class MemoryBothAtomic : AtomicConformance<MemoryBothHarness>;

public sealed class MemoryBothCancellation : CancellationConformance<MemoryBothHarness>;

public sealed class MemoryBothCleanup : CleanupConformance<MemoryBothHarness>;

public sealed class MemoryBothConcurrency : ConcurrencyConformance<MemoryBothHarness>;

public sealed class MemoryBothCopy : CopyConformance<MemoryBothHarness>;

public sealed class MemoryBothCorruption : CorruptionConformance<MemoryBothHarness>;

public sealed class MemoryBothDelete : DeleteConformance<MemoryBothHarness>;

public sealed class MemoryBothDocument : DocumentConformance<MemoryBothHarness>;

public sealed class MemoryBothDurability : DurabilityConformance<MemoryBothHarness>;

public sealed class MemoryBothFailure : FailureConformance<MemoryBothHarness>;

public sealed class MemoryBothKey : KeyConformance<MemoryBothHarness>;

public sealed class MemoryBothLarge : LargeConformance<MemoryBothHarness>;

public sealed class MemoryBothLifecycle : LifecycleConformance<MemoryBothHarness>;

public sealed class MemoryBothListing : ListingConformance<MemoryBothHarness>;

public sealed class MemoryBothLoss : LossConformance<MemoryBothHarness>;

public sealed class MemoryBothMetadata : MetadataConformance<MemoryBothHarness>;

public sealed class MemoryBothMove : MoveConformance<MemoryBothHarness>;

public sealed class MemoryBothMultiInstance : MultiInstanceConformance<MemoryBothHarness>;

public sealed class MemoryBothPaging : PagingConformance<MemoryBothHarness>;

public sealed class MemoryBothPrecondition : PreconditionConformance<MemoryBothHarness>;

public sealed class MemoryBothRandomSequence : RandomSequenceConformance<MemoryBothHarness>;

public sealed class MemoryBothRange : RangeConformance<MemoryBothHarness>;

public sealed class MemoryBothReading : ReadingConformance<MemoryBothHarness>;

public sealed class MemoryBothSaving : SavingConformance<MemoryBothHarness>;

public sealed class MemoryBothTime : TimeConformance<MemoryBothHarness>;

public sealed class MemoryBothUpdate : UpdateConformance<MemoryBothHarness>;

public sealed class MemoryBothUsage : UsageConformance<MemoryBothHarness>;

public sealed class MemoryBothVersion : VersionConformance<MemoryBothHarness>;
