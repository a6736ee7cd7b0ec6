using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Conformance;

// The whole conformance suite; a fixture that is missing here fails all others.

public sealed class MemoryInlineBatch : BatchConformance<MemoryInlineHarness>;

public sealed class MemoryInlineAtomic : AtomicConformance<MemoryInlineHarness>;

public sealed class MemoryInlineCancellation : CancellationConformance<MemoryInlineHarness>;

public sealed class MemoryInlineCleanup : CleanupConformance<MemoryInlineHarness>;

public sealed class MemoryInlineConcurrency : ConcurrencyConformance<MemoryInlineHarness>;

public sealed class MemoryInlineCopy : CopyConformance<MemoryInlineHarness>;

public sealed class MemoryInlineCorruption : CorruptionConformance<MemoryInlineHarness>;

public sealed class MemoryInlineDelete : DeleteConformance<MemoryInlineHarness>;

public sealed class MemoryInlineDocument : DocumentConformance<MemoryInlineHarness>;

public sealed class MemoryInlineDurability : DurabilityConformance<MemoryInlineHarness>;

public sealed class MemoryInlineFailure : FailureConformance<MemoryInlineHarness>;

public sealed class MemoryInlineKey : KeyConformance<MemoryInlineHarness>;

public sealed class MemoryInlineLarge : LargeConformance<MemoryInlineHarness>;

public sealed class MemoryInlineLifecycle : LifecycleConformance<MemoryInlineHarness>;

public sealed class MemoryInlineListing : ListingConformance<MemoryInlineHarness>;

public sealed class MemoryInlineLoss : LossConformance<MemoryInlineHarness>;

public sealed class MemoryInlineMetadata : MetadataConformance<MemoryInlineHarness>;

public sealed class MemoryInlineMove : MoveConformance<MemoryInlineHarness>;

public sealed class MemoryInlineMultiInstance : MultiInstanceConformance<MemoryInlineHarness>;

public sealed class MemoryInlinePaging : PagingConformance<MemoryInlineHarness>;

public sealed class MemoryInlinePrecondition : PreconditionConformance<MemoryInlineHarness>;

public sealed class MemoryInlineRandomSequence : RandomSequenceConformance<MemoryInlineHarness>;

public sealed class MemoryInlineRange : RangeConformance<MemoryInlineHarness>;

public sealed class MemoryInlineReading : ReadingConformance<MemoryInlineHarness>;

public sealed class MemoryInlineSaving : SavingConformance<MemoryInlineHarness>;

public sealed class MemoryInlineTime : TimeConformance<MemoryInlineHarness>;

public sealed class MemoryInlineUpdate : UpdateConformance<MemoryInlineHarness>;

public sealed class MemoryInlineUsage : UsageConformance<MemoryInlineHarness>;

public sealed class MemoryInlineVersion : VersionConformance<MemoryInlineHarness>;
