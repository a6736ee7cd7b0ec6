using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Failover;

// The whole conformance suite on a store whose primary accepts no write that could go to a fallback; a fixture that is missing here fails all others.

public sealed class RefusingAtomic : AtomicConformance<RefusingPrimaryHarness>;

public sealed class RefusingBatch : BatchConformance<RefusingPrimaryHarness>;

public sealed class RefusingCancellation : CancellationConformance<RefusingPrimaryHarness>;

public sealed class RefusingCleanup : CleanupConformance<RefusingPrimaryHarness>;

public sealed class RefusingConcurrency : ConcurrencyConformance<RefusingPrimaryHarness>;

public sealed class RefusingCopy : CopyConformance<RefusingPrimaryHarness>;

public sealed class RefusingCorruption : CorruptionConformance<RefusingPrimaryHarness>;

public sealed class RefusingDelete : DeleteConformance<RefusingPrimaryHarness>;

public sealed class RefusingDocument : DocumentConformance<RefusingPrimaryHarness>;

public sealed class RefusingDurability : DurabilityConformance<RefusingPrimaryHarness>;

public sealed class RefusingFailure : FailureConformance<RefusingPrimaryHarness>;

public sealed class RefusingKey : KeyConformance<RefusingPrimaryHarness>;

public sealed class RefusingLarge : LargeConformance<RefusingPrimaryHarness>;

public sealed class RefusingLifecycle : LifecycleConformance<RefusingPrimaryHarness>;

public sealed class RefusingListing : ListingConformance<RefusingPrimaryHarness>;

public sealed class RefusingLoss : LossConformance<RefusingPrimaryHarness>;

public sealed class RefusingMetadata : MetadataConformance<RefusingPrimaryHarness>;

public sealed class RefusingMove : MoveConformance<RefusingPrimaryHarness>;

public sealed class RefusingMultiInstance : MultiInstanceConformance<RefusingPrimaryHarness>;

public sealed class RefusingPaging : PagingConformance<RefusingPrimaryHarness>;

public sealed class RefusingPrecondition : PreconditionConformance<RefusingPrimaryHarness>;

public sealed class RefusingRandomSequence : RandomSequenceConformance<RefusingPrimaryHarness>;

public sealed class RefusingRange : RangeConformance<RefusingPrimaryHarness>;

public sealed class RefusingReading : ReadingConformance<RefusingPrimaryHarness>;

public sealed class RefusingSaving : SavingConformance<RefusingPrimaryHarness>;

public sealed class RefusingTime : TimeConformance<RefusingPrimaryHarness>;

public sealed class RefusingUpdate : UpdateConformance<RefusingPrimaryHarness>;

public sealed class RefusingUsage : UsageConformance<RefusingPrimaryHarness>;

public sealed class RefusingVersion : VersionConformance<RefusingPrimaryHarness>;
