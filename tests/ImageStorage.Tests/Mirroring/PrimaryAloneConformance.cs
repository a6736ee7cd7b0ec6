using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Mirroring;

// The whole conformance suite on a mirrored store whose mirror is down; a fixture that is missing here fails all others.

public sealed class PrimaryAloneAtomic : AtomicConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneBatch : BatchConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneCancellation : CancellationConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneCleanup : CleanupConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneConcurrency : ConcurrencyConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneCopy : CopyConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneCorruption : CorruptionConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneDelete : DeleteConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneDocument : DocumentConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneDurability : DurabilityConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneFailure : FailureConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneKey : KeyConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneLarge : LargeConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneLifecycle : LifecycleConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneListing : ListingConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneLoss : LossConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneMetadata : MetadataConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneMove : MoveConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneMultiInstance : MultiInstanceConformance<PrimaryAloneHarness>;

public sealed class PrimaryAlonePaging : PagingConformance<PrimaryAloneHarness>;

public sealed class PrimaryAlonePrecondition : PreconditionConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneRandomSequence : RandomSequenceConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneRange : RangeConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneReading : ReadingConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneSaving : SavingConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneTime : TimeConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneUpdate : UpdateConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneUsage : UsageConformance<PrimaryAloneHarness>;

public sealed class PrimaryAloneVersion : VersionConformance<PrimaryAloneHarness>;
