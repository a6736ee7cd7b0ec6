using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

// The whole conformance suite on a chain of three, all up, in which images go to the provider that takes their size.

public sealed class ChainAtomic : AtomicConformance<ChainHarness>;

public sealed class ChainBatch : BatchConformance<ChainHarness>;

public sealed class ChainCancellation : CancellationConformance<ChainHarness>;

public sealed class ChainCleanup : CleanupConformance<ChainHarness>;

public sealed class ChainConcurrency : ConcurrencyConformance<ChainHarness>;

public sealed class ChainCorruption : CorruptionConformance<ChainHarness>;

public sealed class ChainDelete : DeleteConformance<ChainHarness>;

public sealed class ChainDocument : DocumentConformance<ChainHarness>;

public sealed class ChainDurability : DurabilityConformance<ChainHarness>;

public sealed class ChainFailure : FailureConformance<ChainHarness>;

public sealed class ChainKey : KeyConformance<ChainHarness>;

public sealed class ChainLarge : LargeConformance<ChainHarness>;

public sealed class ChainLifecycle : LifecycleConformance<ChainHarness>;

public sealed class ChainListing : ListingConformance<ChainHarness>;

public sealed class ChainLoss : LossConformance<ChainHarness>;

public sealed class ChainMetadata : MetadataConformance<ChainHarness>;

public sealed class ChainMultiInstance : MultiInstanceConformance<ChainHarness>;

public sealed class ChainPaging : PagingConformance<ChainHarness>;

public sealed class ChainPrecondition : PreconditionConformance<ChainHarness>;

public sealed class ChainRandomSequence : RandomSequenceConformance<ChainHarness>;

public sealed class ChainRange : RangeConformance<ChainHarness>;

public sealed class ChainReading : ReadingConformance<ChainHarness>;

public sealed class ChainSaving : SavingConformance<ChainHarness>;

public sealed class ChainTime : TimeConformance<ChainHarness>;

public sealed class ChainUpdate : UpdateConformance<ChainHarness>;

public sealed class ChainUsage : UsageConformance<ChainHarness>;

public sealed class ChainVersion : VersionConformance<ChainHarness>;
