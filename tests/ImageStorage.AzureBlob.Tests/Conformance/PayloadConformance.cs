using ImageStorage.Testing.NUnit;

namespace ImageStorage.AzureBlob.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class PayloadBatch : BatchConformance<PayloadHarness>;

public sealed class PayloadAtomic : AtomicConformance<PayloadHarness>;

public sealed class PayloadCancellation : CancellationConformance<PayloadHarness>;

public sealed class PayloadCleanup : CleanupConformance<PayloadHarness>;

public sealed class PayloadConcurrency : ConcurrencyConformance<PayloadHarness>;

public sealed class PayloadCopy : CopyConformance<PayloadHarness>;

public sealed class PayloadCorruption : CorruptionConformance<PayloadHarness>;

public sealed class PayloadDelete : DeleteConformance<PayloadHarness>;

[LongForm("SmallHarness has the same records, index and documents.")]
public sealed class PayloadDocument : DocumentConformance<PayloadHarness>;

public sealed class PayloadDurability : DurabilityConformance<PayloadHarness>;

public sealed class PayloadFailure : FailureConformance<PayloadHarness>;

public sealed class PayloadKey : KeyConformance<PayloadHarness>;

public sealed class PayloadLarge : LargeConformance<PayloadHarness>;

public sealed class PayloadLifecycle : LifecycleConformance<PayloadHarness>;

[LongForm("SmallHarness has the same records, index and documents.")]
public sealed class PayloadListing : ListingConformance<PayloadHarness>;

public sealed class PayloadLoss : LossConformance<PayloadHarness>;

[LongForm("SmallHarness has the same records, index and documents.")]
public sealed class PayloadMetadata : MetadataConformance<PayloadHarness>;

public sealed class PayloadMove : MoveConformance<PayloadHarness>;

public sealed class PayloadMultiInstance : MultiInstanceConformance<PayloadHarness>;

[LongForm("SmallHarness has the same records, index and documents.")]
public sealed class PayloadPaging : PagingConformance<PayloadHarness>;

public sealed class PayloadPrecondition : PreconditionConformance<PayloadHarness>;

public sealed class PayloadRandomSequence : RandomSequenceConformance<PayloadHarness>;

public sealed class PayloadRange : RangeConformance<PayloadHarness>;

public sealed class PayloadReading : ReadingConformance<PayloadHarness>;

public sealed class PayloadSaving : SavingConformance<PayloadHarness>;

[LongForm("SmallHarness has the same records, index and documents.")]
public sealed class PayloadTime : TimeConformance<PayloadHarness>;

public sealed class PayloadUpdate : UpdateConformance<PayloadHarness>;

[LongForm("SmallHarness has the same records, index and documents.")]
public sealed class PayloadUsage : UsageConformance<PayloadHarness>;

public sealed class PayloadVersion : VersionConformance<PayloadHarness>;
