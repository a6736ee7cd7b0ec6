using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorBatch : BatchConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorAtomic : AtomicConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorCancellation : CancellationConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorCleanup : CleanupConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorConcurrency : ConcurrencyConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorCopy : CopyConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorCorruption : CorruptionConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorDelete : DeleteConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorDocument : DocumentConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorDurability : DurabilityConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorFailure : FailureConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorKey : KeyConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorLarge : LargeConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorLifecycle : LifecycleConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorListing : ListingConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorLoss : LossConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorMetadata : MetadataConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorMove : MoveConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorMultiInstance : MultiInstanceConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorPaging : PagingConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorPrecondition : PreconditionConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorRandomSequence : RandomSequenceConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorRange : RangeConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorReading : ReadingConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorSaving : SavingConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorTime : TimeConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorUpdate : UpdateConformance<FolderDatabaseMirrorHarness>;

[LongForm("The mirror in memory tests the mirror; folder and LiteDB are tested alone.")]
public sealed class FolderDatabaseMirrorUsage : UsageConformance<FolderDatabaseMirrorHarness>;

public sealed class FolderDatabaseMirrorVersion : VersionConformance<FolderDatabaseMirrorHarness>;
