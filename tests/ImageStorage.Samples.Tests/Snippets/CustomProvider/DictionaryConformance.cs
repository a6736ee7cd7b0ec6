using ImageStorage.Testing.NUnit;

namespace ImageStorage.Samples.Tests.Snippets.CustomProvider;

public sealed class DictionaryAtomic : AtomicConformance<DictionaryHarness>;

public sealed class DictionaryBatch : BatchConformance<DictionaryHarness>;

public sealed class DictionaryCancellation : CancellationConformance<DictionaryHarness>;

public sealed class DictionaryCleanup : CleanupConformance<DictionaryHarness>;

public sealed class DictionaryConcurrency : ConcurrencyConformance<DictionaryHarness>;

public sealed class DictionaryCopy : CopyConformance<DictionaryHarness>;

public sealed class DictionaryCorruption : CorruptionConformance<DictionaryHarness>;

public sealed class DictionaryDelete : DeleteConformance<DictionaryHarness>;

public sealed class DictionaryDocument : DocumentConformance<DictionaryHarness>;

public sealed class DictionaryDurability : DurabilityConformance<DictionaryHarness>;

public sealed class DictionaryFailure : FailureConformance<DictionaryHarness>;

public sealed class DictionaryKey : KeyConformance<DictionaryHarness>;

public sealed class DictionaryLarge : LargeConformance<DictionaryHarness>;

public sealed class DictionaryLifecycle : LifecycleConformance<DictionaryHarness>;

public sealed class DictionaryListing : ListingConformance<DictionaryHarness>;

public sealed class DictionaryLoss : LossConformance<DictionaryHarness>;

public sealed class DictionaryMetadata : MetadataConformance<DictionaryHarness>;

public sealed class DictionaryMove : MoveConformance<DictionaryHarness>;

public sealed class DictionaryMultiInstance : MultiInstanceConformance<DictionaryHarness>;

public sealed class DictionaryPaging : PagingConformance<DictionaryHarness>;

public sealed class DictionaryPrecondition : PreconditionConformance<DictionaryHarness>;

public sealed class DictionaryRandomSequence : RandomSequenceConformance<DictionaryHarness>;

public sealed class DictionaryRange : RangeConformance<DictionaryHarness>;

public sealed class DictionaryReading : ReadingConformance<DictionaryHarness>;

public sealed class DictionarySaving : SavingConformance<DictionaryHarness>;

public sealed class DictionaryTime : TimeConformance<DictionaryHarness>;

public sealed class DictionaryUpdate : UpdateConformance<DictionaryHarness>;

public sealed class DictionaryUsage : UsageConformance<DictionaryHarness>;

public sealed class DictionaryVersion : VersionConformance<DictionaryHarness>;
