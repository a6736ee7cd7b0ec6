using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class FolderDatabaseMirrorBatch : BatchConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorAtomic : AtomicConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorCancellation : CancellationConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorCleanup : CleanupConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorConcurrency : ConcurrencyConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorCopy : CopyConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorCorruption : CorruptionConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorDelete : DeleteConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorDocument : DocumentConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorDurability : DurabilityConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorFailure : FailureConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorKey : KeyConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorLarge : LargeConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorLifecycle : LifecycleConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorListing : ListingConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorLoss : LossConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorMetadata : MetadataConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorMove : MoveConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorMultiInstance : MultiInstanceConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorPaging : PagingConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorPrecondition : PreconditionConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorRandomSequence : RandomSequenceConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorRange : RangeConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorReading : ReadingConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorSaving : SavingConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorTime : TimeConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorUpdate : UpdateConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorUsage : UsageConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorVersion : VersionConformance<FolderDatabaseMirrorHarness>;
