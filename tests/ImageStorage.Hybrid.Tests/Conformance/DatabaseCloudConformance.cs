using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class DatabaseCloudBatch : BatchConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudAtomic : AtomicConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudCancellation : CancellationConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudCleanup : CleanupConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudConcurrency : ConcurrencyConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudCopy : CopyConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudCorruption : CorruptionConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudDelete : DeleteConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudDocument : DocumentConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudDurability : DurabilityConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudFailure : FailureConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudKey : KeyConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudLarge : LargeConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudLifecycle : LifecycleConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudListing : ListingConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudLoss : LossConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudMetadata : MetadataConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudMove : MoveConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudMultiInstance : MultiInstanceConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudPaging : PagingConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudPrecondition : PreconditionConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudRandomSequence : RandomSequenceConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudRange : RangeConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudReading : ReadingConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudSaving : SavingConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudTime : TimeConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudUpdate : UpdateConformance<DatabaseCloudHarness>;

[LongForm("DatabaseFolderHarness has the same catalog, which alone answers these calls.")]
public sealed class DatabaseCloudUsage : UsageConformance<DatabaseCloudHarness>;

public sealed class DatabaseCloudVersion : VersionConformance<DatabaseCloudHarness>;
