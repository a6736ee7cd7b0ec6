using ImageStorage.Testing.NUnit;

namespace ImageStorage.LiteDb.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class FullBatch : BatchConformance<FullHarness>;

public sealed class FullAtomic : AtomicConformance<FullHarness>;

public sealed class FullCancellation : CancellationConformance<FullHarness>;

public sealed class FullCleanup : CleanupConformance<FullHarness>;

public sealed class FullConcurrency : ConcurrencyConformance<FullHarness>;

public sealed class FullCopy : CopyConformance<FullHarness>;

public sealed class FullCorruption : CorruptionConformance<FullHarness>;

public sealed class FullDelete : DeleteConformance<FullHarness>;

public sealed class FullDocument : DocumentConformance<FullHarness>;

public sealed class FullDurability : DurabilityConformance<FullHarness>;

public sealed class FullFailure : FailureConformance<FullHarness>;

public sealed class FullKey : KeyConformance<FullHarness>;

public sealed class FullLarge : LargeConformance<FullHarness>;

public sealed class FullLifecycle : LifecycleConformance<FullHarness>;

public sealed class FullListing : ListingConformance<FullHarness>;

public sealed class FullLoss : LossConformance<FullHarness>;

public sealed class FullMetadata : MetadataConformance<FullHarness>;

public sealed class FullMove : MoveConformance<FullHarness>;

public sealed class FullMultiInstance : MultiInstanceConformance<FullHarness>;

public sealed class FullPaging : PagingConformance<FullHarness>;

public sealed class FullPrecondition : PreconditionConformance<FullHarness>;

public sealed class FullRandomSequence : RandomSequenceConformance<FullHarness>;

public sealed class FullRange : RangeConformance<FullHarness>;

public sealed class FullReading : ReadingConformance<FullHarness>;

public sealed class FullSaving : SavingConformance<FullHarness>;

public sealed class FullTime : TimeConformance<FullHarness>;

public sealed class FullUpdate : UpdateConformance<FullHarness>;

public sealed class FullUsage : UsageConformance<FullHarness>;

public sealed class FullVersion : VersionConformance<FullHarness>;
