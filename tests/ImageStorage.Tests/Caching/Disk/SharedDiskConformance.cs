using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Caching.Disk;

// The complete conformance suite through caches in memory and on disk, of processes that share a store and a folder. A
// missing fixture fails all others.

public sealed class SharedAtomic : AtomicConformance<SharedDiskHarness>;

public sealed class SharedBatch : BatchConformance<SharedDiskHarness>;

public sealed class SharedCancellation : CancellationConformance<SharedDiskHarness>;

public sealed class SharedCleanup : CleanupConformance<SharedDiskHarness>;

public sealed class SharedConcurrency : ConcurrencyConformance<SharedDiskHarness>;

public sealed class SharedCopy : CopyConformance<SharedDiskHarness>;

public sealed class SharedCorruption : CorruptionConformance<SharedDiskHarness>;

public sealed class SharedDelete : DeleteConformance<SharedDiskHarness>;

public sealed class SharedDocument : DocumentConformance<SharedDiskHarness>;

public sealed class SharedDurability : DurabilityConformance<SharedDiskHarness>;

public sealed class SharedFailure : FailureConformance<SharedDiskHarness>;

public sealed class SharedKey : KeyConformance<SharedDiskHarness>;

public sealed class SharedLarge : LargeConformance<SharedDiskHarness>;

public sealed class SharedLifecycle : LifecycleConformance<SharedDiskHarness>;

public sealed class SharedListing : ListingConformance<SharedDiskHarness>;

public sealed class SharedLoss : LossConformance<SharedDiskHarness>;

public sealed class SharedMetadata : MetadataConformance<SharedDiskHarness>;

public sealed class SharedMove : MoveConformance<SharedDiskHarness>;

public sealed class SharedMultiInstance : MultiInstanceConformance<SharedDiskHarness>;

public sealed class SharedPaging : PagingConformance<SharedDiskHarness>;

public sealed class SharedPrecondition : PreconditionConformance<SharedDiskHarness>;

public sealed class SharedRandomSequence : RandomSequenceConformance<SharedDiskHarness>;

public sealed class SharedRange : RangeConformance<SharedDiskHarness>;

public sealed class SharedReading : ReadingConformance<SharedDiskHarness>;

public sealed class SharedSaving : SavingConformance<SharedDiskHarness>;

public sealed class SharedTime : TimeConformance<SharedDiskHarness>;

public sealed class SharedUpdate : UpdateConformance<SharedDiskHarness>;

public sealed class SharedUsage : UsageConformance<SharedDiskHarness>;

public sealed class SharedVersion : VersionConformance<SharedDiskHarness>;
