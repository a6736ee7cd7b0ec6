using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Failover;

// The whole conformance suite on a store with a fallback, both providers up; a fixture that is missing here fails all others.

public sealed class FailoverBatch : BatchConformance<FailoverHarness>;

public sealed class FailoverAtomic : AtomicConformance<FailoverHarness>;

public sealed class FailoverCancellation : CancellationConformance<FailoverHarness>;

public sealed class FailoverCleanup : CleanupConformance<FailoverHarness>;

public sealed class FailoverConcurrency : ConcurrencyConformance<FailoverHarness>;

public sealed class FailoverCopy : CopyConformance<FailoverHarness>;

public sealed class FailoverCorruption : CorruptionConformance<FailoverHarness>;

public sealed class FailoverDelete : DeleteConformance<FailoverHarness>;

public sealed class FailoverDocument : DocumentConformance<FailoverHarness>;

public sealed class FailoverDurability : DurabilityConformance<FailoverHarness>;

public sealed class FailoverFailure : FailureConformance<FailoverHarness>;

public sealed class FailoverKey : KeyConformance<FailoverHarness>;

public sealed class FailoverLarge : LargeConformance<FailoverHarness>;

public sealed class FailoverLifecycle : LifecycleConformance<FailoverHarness>;

public sealed class FailoverListing : ListingConformance<FailoverHarness>;

public sealed class FailoverLoss : LossConformance<FailoverHarness>;

public sealed class FailoverMetadata : MetadataConformance<FailoverHarness>;

public sealed class FailoverMove : MoveConformance<FailoverHarness>;

public sealed class FailoverMultiInstance : MultiInstanceConformance<FailoverHarness>;

public sealed class FailoverPaging : PagingConformance<FailoverHarness>;

public sealed class FailoverPrecondition : PreconditionConformance<FailoverHarness>;

public sealed class FailoverRandomSequence : RandomSequenceConformance<FailoverHarness>;

public sealed class FailoverRange : RangeConformance<FailoverHarness>;

public sealed class FailoverReading : ReadingConformance<FailoverHarness>;

public sealed class FailoverSaving : SavingConformance<FailoverHarness>;

public sealed class FailoverTime : TimeConformance<FailoverHarness>;

public sealed class FailoverUpdate : UpdateConformance<FailoverHarness>;

public sealed class FailoverUsage : UsageConformance<FailoverHarness>;

public sealed class FailoverVersion : VersionConformance<FailoverHarness>;
