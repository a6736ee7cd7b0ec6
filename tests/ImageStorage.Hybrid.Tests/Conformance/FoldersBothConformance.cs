using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class FoldersBothBatch : BatchConformance<FoldersBothHarness>;

public sealed class FoldersBothAtomic : AtomicConformance<FoldersBothHarness>;

public sealed class FoldersBothCancellation : CancellationConformance<FoldersBothHarness>;

public sealed class FoldersBothCleanup : CleanupConformance<FoldersBothHarness>;

public sealed class FoldersBothConcurrency : ConcurrencyConformance<FoldersBothHarness>;

public sealed class FoldersBothCopy : CopyConformance<FoldersBothHarness>;

public sealed class FoldersBothCorruption : CorruptionConformance<FoldersBothHarness>;

public sealed class FoldersBothDelete : DeleteConformance<FoldersBothHarness>;

public sealed class FoldersBothDocument : DocumentConformance<FoldersBothHarness>;

public sealed class FoldersBothDurability : DurabilityConformance<FoldersBothHarness>;

public sealed class FoldersBothFailure : FailureConformance<FoldersBothHarness>;

public sealed class FoldersBothKey : KeyConformance<FoldersBothHarness>;

public sealed class FoldersBothLarge : LargeConformance<FoldersBothHarness>;

public sealed class FoldersBothLifecycle : LifecycleConformance<FoldersBothHarness>;

public sealed class FoldersBothListing : ListingConformance<FoldersBothHarness>;

public sealed class FoldersBothLoss : LossConformance<FoldersBothHarness>;

public sealed class FoldersBothMetadata : MetadataConformance<FoldersBothHarness>;

public sealed class FoldersBothMove : MoveConformance<FoldersBothHarness>;

public sealed class FoldersBothMultiInstance : MultiInstanceConformance<FoldersBothHarness>;

public sealed class FoldersBothPaging : PagingConformance<FoldersBothHarness>;

public sealed class FoldersBothPrecondition : PreconditionConformance<FoldersBothHarness>;

public sealed class FoldersBothRandomSequence : RandomSequenceConformance<FoldersBothHarness>;

public sealed class FoldersBothRange : RangeConformance<FoldersBothHarness>;

public sealed class FoldersBothReading : ReadingConformance<FoldersBothHarness>;

public sealed class FoldersBothSaving : SavingConformance<FoldersBothHarness>;

public sealed class FoldersBothTime : TimeConformance<FoldersBothHarness>;

public sealed class FoldersBothUpdate : UpdateConformance<FoldersBothHarness>;

public sealed class FoldersBothUsage : UsageConformance<FoldersBothHarness>;

public sealed class FoldersBothVersion : VersionConformance<FoldersBothHarness>;
