using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class DatabaseFolderBatch : BatchConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderAtomic : AtomicConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderCancellation : CancellationConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderCleanup : CleanupConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderConcurrency : ConcurrencyConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderCopy : CopyConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderCorruption : CorruptionConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderDelete : DeleteConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderDocument : DocumentConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderDurability : DurabilityConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderFailure : FailureConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderKey : KeyConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderLarge : LargeConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderLifecycle : LifecycleConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderListing : ListingConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderLoss : LossConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderMetadata : MetadataConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderMove : MoveConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderMultiInstance : MultiInstanceConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderPaging : PagingConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderPrecondition : PreconditionConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderRandomSequence : RandomSequenceConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderRange : RangeConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderReading : ReadingConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderSaving : SavingConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderTime : TimeConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderUpdate : UpdateConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderUsage : UsageConformance<DatabaseFolderHarness>;

public sealed class DatabaseFolderVersion : VersionConformance<DatabaseFolderHarness>;
