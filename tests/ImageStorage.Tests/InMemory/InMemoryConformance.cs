using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.InMemory;

// The complete conformance suite on the in-memory provider. A missing fixture fails all others.

public sealed class InMemoryBatch : BatchConformance<InMemoryHarness>;

public sealed class InMemoryAtomic : AtomicConformance<InMemoryHarness>;

public sealed class InMemoryCancellation : CancellationConformance<InMemoryHarness>;

public sealed class InMemoryCleanup : CleanupConformance<InMemoryHarness>;

public sealed class InMemoryConcurrency : ConcurrencyConformance<InMemoryHarness>;

public sealed class InMemoryCopy : CopyConformance<InMemoryHarness>;

public sealed class InMemoryCorruption : CorruptionConformance<InMemoryHarness>;

public sealed class InMemoryDelete : DeleteConformance<InMemoryHarness>;

public sealed class InMemoryDocument : DocumentConformance<InMemoryHarness>;

public sealed class InMemoryDurability : DurabilityConformance<InMemoryHarness>;

public sealed class InMemoryFailure : FailureConformance<InMemoryHarness>;

public sealed class InMemoryKey : KeyConformance<InMemoryHarness>;

public sealed class InMemoryLarge : LargeConformance<InMemoryHarness>;

public sealed class InMemoryLifecycle : LifecycleConformance<InMemoryHarness>;

public sealed class InMemoryListing : ListingConformance<InMemoryHarness>;

public sealed class InMemoryLoss : LossConformance<InMemoryHarness>;

public sealed class InMemoryMetadata : MetadataConformance<InMemoryHarness>;

public sealed class InMemoryMove : MoveConformance<InMemoryHarness>;

public sealed class InMemoryMultiInstance : MultiInstanceConformance<InMemoryHarness>;

public sealed class InMemoryPaging : PagingConformance<InMemoryHarness>;

public sealed class InMemoryPrecondition : PreconditionConformance<InMemoryHarness>;

public sealed class InMemoryRandomSequence : RandomSequenceConformance<InMemoryHarness>;

public sealed class InMemoryRange : RangeConformance<InMemoryHarness>;

public sealed class InMemoryReading : ReadingConformance<InMemoryHarness>;

public sealed class InMemorySaving : SavingConformance<InMemoryHarness>;

public sealed class InMemoryTime : TimeConformance<InMemoryHarness>;

public sealed class InMemoryUpdate : UpdateConformance<InMemoryHarness>;

public sealed class InMemoryUsage : UsageConformance<InMemoryHarness>;

public sealed class InMemoryVersion : VersionConformance<InMemoryHarness>;
