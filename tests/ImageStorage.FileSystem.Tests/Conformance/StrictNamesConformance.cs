using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class StrictNamesBatch : BatchConformance<StrictNamesHarness>;

public sealed class StrictNamesAtomic : AtomicConformance<StrictNamesHarness>;

public sealed class StrictNamesCancellation : CancellationConformance<StrictNamesHarness>;

public sealed class StrictNamesCleanup : CleanupConformance<StrictNamesHarness>;

public sealed class StrictNamesConcurrency : ConcurrencyConformance<StrictNamesHarness>;

public sealed class StrictNamesCopy : CopyConformance<StrictNamesHarness>;

public sealed class StrictNamesCorruption : CorruptionConformance<StrictNamesHarness>;

public sealed class StrictNamesDelete : DeleteConformance<StrictNamesHarness>;

public sealed class StrictNamesDocument : DocumentConformance<StrictNamesHarness>;

public sealed class StrictNamesDurability : DurabilityConformance<StrictNamesHarness>;

public sealed class StrictNamesFailure : FailureConformance<StrictNamesHarness>;

public sealed class StrictNamesKey : KeyConformance<StrictNamesHarness>;

public sealed class StrictNamesLarge : LargeConformance<StrictNamesHarness>;

public sealed class StrictNamesLifecycle : LifecycleConformance<StrictNamesHarness>;

public sealed class StrictNamesListing : ListingConformance<StrictNamesHarness>;

public sealed class StrictNamesLoss : LossConformance<StrictNamesHarness>;

public sealed class StrictNamesMetadata : MetadataConformance<StrictNamesHarness>;

public sealed class StrictNamesMove : MoveConformance<StrictNamesHarness>;

public sealed class StrictNamesMultiInstance : MultiInstanceConformance<StrictNamesHarness>;

public sealed class StrictNamesPaging : PagingConformance<StrictNamesHarness>;

public sealed class StrictNamesPrecondition : PreconditionConformance<StrictNamesHarness>;

public sealed class StrictNamesRandomSequence : RandomSequenceConformance<StrictNamesHarness>;

public sealed class StrictNamesRange : RangeConformance<StrictNamesHarness>;

public sealed class StrictNamesReading : ReadingConformance<StrictNamesHarness>;

public sealed class StrictNamesSaving : SavingConformance<StrictNamesHarness>;

public sealed class StrictNamesTime : TimeConformance<StrictNamesHarness>;

public sealed class StrictNamesUpdate : UpdateConformance<StrictNamesHarness>;

public sealed class StrictNamesUsage : UsageConformance<StrictNamesHarness>;

public sealed class StrictNamesVersion : VersionConformance<StrictNamesHarness>;
