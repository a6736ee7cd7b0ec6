using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class RelaxedBatch : BatchConformance<RelaxedHarness>;

public sealed class RelaxedAtomic : AtomicConformance<RelaxedHarness>;

public sealed class RelaxedCancellation : CancellationConformance<RelaxedHarness>;

public sealed class RelaxedCleanup : CleanupConformance<RelaxedHarness>;

public sealed class RelaxedConcurrency : ConcurrencyConformance<RelaxedHarness>;

public sealed class RelaxedCopy : CopyConformance<RelaxedHarness>;

public sealed class RelaxedCorruption : CorruptionConformance<RelaxedHarness>;

public sealed class RelaxedDelete : DeleteConformance<RelaxedHarness>;

public sealed class RelaxedDocument : DocumentConformance<RelaxedHarness>;

public sealed class RelaxedDurability : DurabilityConformance<RelaxedHarness>;

public sealed class RelaxedFailure : FailureConformance<RelaxedHarness>;

public sealed class RelaxedKey : KeyConformance<RelaxedHarness>;

public sealed class RelaxedLarge : LargeConformance<RelaxedHarness>;

public sealed class RelaxedLifecycle : LifecycleConformance<RelaxedHarness>;

public sealed class RelaxedListing : ListingConformance<RelaxedHarness>;

public sealed class RelaxedLoss : LossConformance<RelaxedHarness>;

public sealed class RelaxedMetadata : MetadataConformance<RelaxedHarness>;

public sealed class RelaxedMove : MoveConformance<RelaxedHarness>;

public sealed class RelaxedMultiInstance : MultiInstanceConformance<RelaxedHarness>;

public sealed class RelaxedPaging : PagingConformance<RelaxedHarness>;

public sealed class RelaxedPrecondition : PreconditionConformance<RelaxedHarness>;

public sealed class RelaxedRandomSequence : RandomSequenceConformance<RelaxedHarness>;

public sealed class RelaxedRange : RangeConformance<RelaxedHarness>;

public sealed class RelaxedReading : ReadingConformance<RelaxedHarness>;

public sealed class RelaxedSaving : SavingConformance<RelaxedHarness>;

public sealed class RelaxedTime : TimeConformance<RelaxedHarness>;

public sealed class RelaxedUpdate : UpdateConformance<RelaxedHarness>;

public sealed class RelaxedUsage : UsageConformance<RelaxedHarness>;

public sealed class RelaxedVersion : VersionConformance<RelaxedHarness>;
