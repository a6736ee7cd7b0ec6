using ImageStorage.Testing.NUnit;

namespace ImageStorage.FileSystem.Tests.Conformance;

// The complete conformance suite. A missing fixture fails all others.

public sealed class MockFileSystemBatch : BatchConformance<MockFileSystemHarness>;

public sealed class MockFileSystemAtomic : AtomicConformance<MockFileSystemHarness>;

public sealed class MockFileSystemCancellation : CancellationConformance<MockFileSystemHarness>;

public sealed class MockFileSystemCleanup : CleanupConformance<MockFileSystemHarness>;

public sealed class MockFileSystemConcurrency : ConcurrencyConformance<MockFileSystemHarness>;

public sealed class MockFileSystemCopy : CopyConformance<MockFileSystemHarness>;

public sealed class MockFileSystemCorruption : CorruptionConformance<MockFileSystemHarness>;

public sealed class MockFileSystemDelete : DeleteConformance<MockFileSystemHarness>;

public sealed class MockFileSystemDocument : DocumentConformance<MockFileSystemHarness>;

public sealed class MockFileSystemDurability : DurabilityConformance<MockFileSystemHarness>;

public sealed class MockFileSystemFailure : FailureConformance<MockFileSystemHarness>;

public sealed class MockFileSystemKey : KeyConformance<MockFileSystemHarness>;

public sealed class MockFileSystemLarge : LargeConformance<MockFileSystemHarness>;

public sealed class MockFileSystemLifecycle : LifecycleConformance<MockFileSystemHarness>;

public sealed class MockFileSystemListing : ListingConformance<MockFileSystemHarness>;

public sealed class MockFileSystemLoss : LossConformance<MockFileSystemHarness>;

public sealed class MockFileSystemMetadata : MetadataConformance<MockFileSystemHarness>;

public sealed class MockFileSystemMove : MoveConformance<MockFileSystemHarness>;

public sealed class MockFileSystemMultiInstance : MultiInstanceConformance<MockFileSystemHarness>;

public sealed class MockFileSystemPaging : PagingConformance<MockFileSystemHarness>;

public sealed class MockFileSystemPrecondition : PreconditionConformance<MockFileSystemHarness>;

public sealed class MockFileSystemRandomSequence : RandomSequenceConformance<MockFileSystemHarness>;

public sealed class MockFileSystemRange : RangeConformance<MockFileSystemHarness>;

public sealed class MockFileSystemReading : ReadingConformance<MockFileSystemHarness>;

public sealed class MockFileSystemSaving : SavingConformance<MockFileSystemHarness>;

public sealed class MockFileSystemTime : TimeConformance<MockFileSystemHarness>;

public sealed class MockFileSystemUpdate : UpdateConformance<MockFileSystemHarness>;

public sealed class MockFileSystemUsage : UsageConformance<MockFileSystemHarness>;

public sealed class MockFileSystemVersion : VersionConformance<MockFileSystemHarness>;
