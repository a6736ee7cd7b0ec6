using ImageStorage.Testing;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class FoldersExternalBatch : BatchConformance<FoldersExternalHarness>;

public sealed class FoldersExternalAtomic : AtomicConformance<FoldersExternalHarness>;

public sealed class FoldersExternalCancellation : CancellationConformance<FoldersExternalHarness>;

public sealed class FoldersExternalCleanup : CleanupConformance<FoldersExternalHarness>;

public sealed class FoldersExternalConcurrency : ConcurrencyConformance<FoldersExternalHarness>;

public sealed class FoldersExternalCorruption : CorruptionConformance<FoldersExternalHarness>;

public sealed class FoldersExternalDelete : DeleteConformance<FoldersExternalHarness>;

public sealed class FoldersExternalDocument : DocumentConformance<FoldersExternalHarness>;

public sealed class FoldersExternalDurability : DurabilityConformance<FoldersExternalHarness>;

public sealed class FoldersExternalFailure : FailureConformance<FoldersExternalHarness>;

public sealed class FoldersExternalKey : KeyConformance<FoldersExternalHarness>;

public sealed class FoldersExternalLarge : LargeConformance<FoldersExternalHarness>;

public sealed class FoldersExternalLifecycle : LifecycleConformance<FoldersExternalHarness>;

public sealed class FoldersExternalListing : ListingConformance<FoldersExternalHarness>;

public sealed class FoldersExternalMetadata : MetadataConformance<FoldersExternalHarness>;

public sealed class FoldersExternalMultiInstance : MultiInstanceConformance<FoldersExternalHarness>;

public sealed class FoldersExternalPaging : PagingConformance<FoldersExternalHarness>;

public sealed class FoldersExternalPrecondition : PreconditionConformance<FoldersExternalHarness>;

public sealed class FoldersExternalRandomSequence : RandomSequenceConformance<FoldersExternalHarness>;

public sealed class FoldersExternalRange : RangeConformance<FoldersExternalHarness>;

public sealed class FoldersExternalReading : ReadingConformance<FoldersExternalHarness>;

public sealed class FoldersExternalSaving : SavingConformance<FoldersExternalHarness>;

public sealed class FoldersExternalTime : TimeConformance<FoldersExternalHarness>;

public sealed class FoldersExternalUpdate : UpdateConformance<FoldersExternalHarness>;

public sealed class FoldersExternalUsage : UsageConformance<FoldersExternalHarness>;

public sealed class FoldersExternalVersion : VersionConformance<FoldersExternalHarness>;
