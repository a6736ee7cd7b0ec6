using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Caching.Disk;

// The complete conformance suite through a cache on disk alone. A missing fixture fails all others.

public sealed class DiskAtomic : AtomicConformance<DiskHarness>;

public sealed class DiskBatch : BatchConformance<DiskHarness>;

public sealed class DiskCancellation : CancellationConformance<DiskHarness>;

public sealed class DiskCleanup : CleanupConformance<DiskHarness>;

public sealed class DiskConcurrency : ConcurrencyConformance<DiskHarness>;

public sealed class DiskCopy : CopyConformance<DiskHarness>;

public sealed class DiskCorruption : CorruptionConformance<DiskHarness>;

public sealed class DiskDelete : DeleteConformance<DiskHarness>;

public sealed class DiskDocument : DocumentConformance<DiskHarness>;

public sealed class DiskDurability : DurabilityConformance<DiskHarness>;

public sealed class DiskFailure : FailureConformance<DiskHarness>;

public sealed class DiskKey : KeyConformance<DiskHarness>;

public sealed class DiskLarge : LargeConformance<DiskHarness>;

public sealed class DiskLifecycle : LifecycleConformance<DiskHarness>;

public sealed class DiskListing : ListingConformance<DiskHarness>;

public sealed class DiskLoss : LossConformance<DiskHarness>;

public sealed class DiskMetadata : MetadataConformance<DiskHarness>;

public sealed class DiskMove : MoveConformance<DiskHarness>;

public sealed class DiskMultiInstance : MultiInstanceConformance<DiskHarness>;

public sealed class DiskPaging : PagingConformance<DiskHarness>;

public sealed class DiskPrecondition : PreconditionConformance<DiskHarness>;

public sealed class DiskRandomSequence : RandomSequenceConformance<DiskHarness>;

public sealed class DiskRange : RangeConformance<DiskHarness>;

public sealed class DiskReading : ReadingConformance<DiskHarness>;

public sealed class DiskSaving : SavingConformance<DiskHarness>;

public sealed class DiskTime : TimeConformance<DiskHarness>;

public sealed class DiskUpdate : UpdateConformance<DiskHarness>;

public sealed class DiskUsage : UsageConformance<DiskHarness>;

public sealed class DiskVersion : VersionConformance<DiskHarness>;
