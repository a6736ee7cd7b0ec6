using ImageStorage.Testing.NUnit;

namespace ImageStorage.AzureBlob.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class SmallBatch : BatchConformance<SmallHarness>;

public sealed class SmallAtomic : AtomicConformance<SmallHarness>;

public sealed class SmallCancellation : CancellationConformance<SmallHarness>;

public sealed class SmallCleanup : CleanupConformance<SmallHarness>;

public sealed class SmallConcurrency : ConcurrencyConformance<SmallHarness>;

public sealed class SmallCopy : CopyConformance<SmallHarness>;

public sealed class SmallCorruption : CorruptionConformance<SmallHarness>;

public sealed class SmallDelete : DeleteConformance<SmallHarness>;

public sealed class SmallDocument : DocumentConformance<SmallHarness>;

public sealed class SmallDurability : DurabilityConformance<SmallHarness>;

public sealed class SmallFailure : FailureConformance<SmallHarness>;

public sealed class SmallKey : KeyConformance<SmallHarness>;

public sealed class SmallLarge : LargeConformance<SmallHarness>;

public sealed class SmallLifecycle : LifecycleConformance<SmallHarness>;

public sealed class SmallListing : ListingConformance<SmallHarness>;

public sealed class SmallLoss : LossConformance<SmallHarness>;

public sealed class SmallMetadata : MetadataConformance<SmallHarness>;

public sealed class SmallMove : MoveConformance<SmallHarness>;

public sealed class SmallMultiInstance : MultiInstanceConformance<SmallHarness>;

public sealed class SmallPaging : PagingConformance<SmallHarness>;

public sealed class SmallPrecondition : PreconditionConformance<SmallHarness>;

public sealed class SmallRandomSequence : RandomSequenceConformance<SmallHarness>;

public sealed class SmallRange : RangeConformance<SmallHarness>;

public sealed class SmallReading : ReadingConformance<SmallHarness>;

public sealed class SmallSaving : SavingConformance<SmallHarness>;

public sealed class SmallTime : TimeConformance<SmallHarness>;

public sealed class SmallUpdate : UpdateConformance<SmallHarness>;

public sealed class SmallUsage : UsageConformance<SmallHarness>;

public sealed class SmallVersion : VersionConformance<SmallHarness>;
