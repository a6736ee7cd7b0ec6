using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Mirroring;

// The whole conformance suite on a mirrored store whose primary is down; a fixture that is missing here fails all others.

public sealed class MirrorAloneAtomic : AtomicConformance<MirrorAloneHarness>;

public sealed class MirrorAloneBatch : BatchConformance<MirrorAloneHarness>;

public sealed class MirrorAloneCancellation : CancellationConformance<MirrorAloneHarness>;

public sealed class MirrorAloneCleanup : CleanupConformance<MirrorAloneHarness>;

public sealed class MirrorAloneConcurrency : ConcurrencyConformance<MirrorAloneHarness>;

public sealed class MirrorAloneCopy : CopyConformance<MirrorAloneHarness>;

public sealed class MirrorAloneCorruption : CorruptionConformance<MirrorAloneHarness>;

public sealed class MirrorAloneDelete : DeleteConformance<MirrorAloneHarness>;

public sealed class MirrorAloneDocument : DocumentConformance<MirrorAloneHarness>;

public sealed class MirrorAloneDurability : DurabilityConformance<MirrorAloneHarness>;

public sealed class MirrorAloneFailure : FailureConformance<MirrorAloneHarness>;

public sealed class MirrorAloneKey : KeyConformance<MirrorAloneHarness>;

public sealed class MirrorAloneLarge : LargeConformance<MirrorAloneHarness>;

public sealed class MirrorAloneLifecycle : LifecycleConformance<MirrorAloneHarness>;

public sealed class MirrorAloneListing : ListingConformance<MirrorAloneHarness>;

public sealed class MirrorAloneLoss : LossConformance<MirrorAloneHarness>;

public sealed class MirrorAloneMetadata : MetadataConformance<MirrorAloneHarness>;

public sealed class MirrorAloneMove : MoveConformance<MirrorAloneHarness>;

public sealed class MirrorAloneMultiInstance : MultiInstanceConformance<MirrorAloneHarness>;

public sealed class MirrorAlonePaging : PagingConformance<MirrorAloneHarness>;

public sealed class MirrorAlonePrecondition : PreconditionConformance<MirrorAloneHarness>;

public sealed class MirrorAloneRandomSequence : RandomSequenceConformance<MirrorAloneHarness>;

public sealed class MirrorAloneRange : RangeConformance<MirrorAloneHarness>;

public sealed class MirrorAloneReading : ReadingConformance<MirrorAloneHarness>;

public sealed class MirrorAloneSaving : SavingConformance<MirrorAloneHarness>;

public sealed class MirrorAloneTime : TimeConformance<MirrorAloneHarness>;

public sealed class MirrorAloneUpdate : UpdateConformance<MirrorAloneHarness>;

public sealed class MirrorAloneUsage : UsageConformance<MirrorAloneHarness>;

public sealed class MirrorAloneVersion : VersionConformance<MirrorAloneHarness>;
