using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class InMemoryVolumeBatch : BatchConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeAtomic : AtomicConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeCancellation : CancellationConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeCleanup : CleanupConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeConcurrency : ConcurrencyConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeCopy : CopyConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeCorruption : CorruptionConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeDelete : DeleteConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeDocument : DocumentConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeDurability : DurabilityConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeFailure : FailureConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeKey : KeyConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeLarge : LargeConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeLifecycle : LifecycleConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeListing : ListingConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeLoss : LossConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeMetadata : MetadataConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeMove : MoveConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeMultiInstance : MultiInstanceConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumePaging : PagingConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumePrecondition : PreconditionConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeRandomSequence : RandomSequenceConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeRange : RangeConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeReading : ReadingConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeSaving : SavingConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeTime : TimeConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeUpdate : UpdateConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeUsage : UsageConformance<InMemoryVolumeHarness>;

public sealed class InMemoryVolumeVersion : VersionConformance<InMemoryVolumeHarness>;
