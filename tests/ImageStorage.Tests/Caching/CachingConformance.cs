using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Caching;

// The complete conformance suite through a cache. A missing fixture fails all others.

public sealed class CachingAtomic : AtomicConformance<CachingHarness>;

public sealed class CachingBatch : BatchConformance<CachingHarness>;

public sealed class CachingCancellation : CancellationConformance<CachingHarness>;

public sealed class CachingCleanup : CleanupConformance<CachingHarness>;

public sealed class CachingConcurrency : ConcurrencyConformance<CachingHarness>;

public sealed class CachingCopy : CopyConformance<CachingHarness>;

public sealed class CachingCorruption : CorruptionConformance<CachingHarness>;

public sealed class CachingDelete : DeleteConformance<CachingHarness>;

public sealed class CachingDocument : DocumentConformance<CachingHarness>;

public sealed class CachingDurability : DurabilityConformance<CachingHarness>;

public sealed class CachingFailure : FailureConformance<CachingHarness>;

public sealed class CachingKey : KeyConformance<CachingHarness>;

public sealed class CachingLarge : LargeConformance<CachingHarness>;

public sealed class CachingLifecycle : LifecycleConformance<CachingHarness>;

public sealed class CachingListing : ListingConformance<CachingHarness>;

public sealed class CachingLoss : LossConformance<CachingHarness>;

public sealed class CachingMetadata : MetadataConformance<CachingHarness>;

public sealed class CachingMove : MoveConformance<CachingHarness>;

public sealed class CachingMultiInstance : MultiInstanceConformance<CachingHarness>;

public sealed class CachingPaging : PagingConformance<CachingHarness>;

public sealed class CachingPrecondition : PreconditionConformance<CachingHarness>;

public sealed class CachingRandomSequence : RandomSequenceConformance<CachingHarness>;

public sealed class CachingRange : RangeConformance<CachingHarness>;

public sealed class CachingReading : ReadingConformance<CachingHarness>;

public sealed class CachingSaving : SavingConformance<CachingHarness>;

public sealed class CachingTime : TimeConformance<CachingHarness>;

public sealed class CachingUpdate : UpdateConformance<CachingHarness>;

public sealed class CachingUsage : UsageConformance<CachingHarness>;

public sealed class CachingVersion : VersionConformance<CachingHarness>;
