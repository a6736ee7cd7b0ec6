using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Mirroring;

// The whole conformance suite on a healthy mirror, both replicas up; a fixture that is missing here fails all others.

public sealed class MirrorAtomic : AtomicConformance<MirrorHarness>;

public sealed class MirrorBatch : BatchConformance<MirrorHarness>;

public sealed class MirrorCancellation : CancellationConformance<MirrorHarness>;

public sealed class MirrorCleanup : CleanupConformance<MirrorHarness>;

public sealed class MirrorConcurrency : ConcurrencyConformance<MirrorHarness>;

public sealed class MirrorCopy : CopyConformance<MirrorHarness>;

public sealed class MirrorCorruption : CorruptionConformance<MirrorHarness>;

public sealed class MirrorDelete : DeleteConformance<MirrorHarness>;

public sealed class MirrorDocument : DocumentConformance<MirrorHarness>;

public sealed class MirrorDurability : DurabilityConformance<MirrorHarness>;

public sealed class MirrorFailure : FailureConformance<MirrorHarness>;

public sealed class MirrorKey : KeyConformance<MirrorHarness>;

public sealed class MirrorLarge : LargeConformance<MirrorHarness>;

public sealed class MirrorLifecycle : LifecycleConformance<MirrorHarness>;

public sealed class MirrorListing : ListingConformance<MirrorHarness>;

public sealed class MirrorLoss : LossConformance<MirrorHarness>;

public sealed class MirrorMetadata : MetadataConformance<MirrorHarness>;

public sealed class MirrorMove : MoveConformance<MirrorHarness>;

public sealed class MirrorMultiInstance : MultiInstanceConformance<MirrorHarness>;

public sealed class MirrorPaging : PagingConformance<MirrorHarness>;

public sealed class MirrorPrecondition : PreconditionConformance<MirrorHarness>;

public sealed class MirrorRandomSequence : RandomSequenceConformance<MirrorHarness>;

public sealed class MirrorRange : RangeConformance<MirrorHarness>;

public sealed class MirrorReading : ReadingConformance<MirrorHarness>;

public sealed class MirrorSaving : SavingConformance<MirrorHarness>;

public sealed class MirrorTime : TimeConformance<MirrorHarness>;

public sealed class MirrorUpdate : UpdateConformance<MirrorHarness>;

public sealed class MirrorUsage : UsageConformance<MirrorHarness>;

public sealed class MirrorVersion : VersionConformance<MirrorHarness>;
