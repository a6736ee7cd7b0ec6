using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.FileSystem.Volumes;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// File systems and sandboxes without a call: each optional call, with each error that means "not supported", and
/// errors that do not. The consequences are tested on a volume without the call.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class UnsupportedCallsTests
{
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int InputOutput = 5;
    private const int TooBig = 7;
    private const int BadDescriptor = 9;
    private const int TryAgain = 11;
    private const int AccessDenied = 13;
    private const int Exists = 17;
    private const int CrossDevice = 18;
    private const int Invalid = 22;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int TooManyNames = 31;
    private const int NoLocks = 37;
    private const int NoSystemCall = 38;
    private const int NotSupported = 95;

    private static readonly int[] All = [NotPermitted, NoEntry, InputOutput, TooBig, BadDescriptor, TryAgain, AccessDenied, Exists, CrossDevice, Invalid, NoSpace, ReadOnlyFileSystem, TooManyNames, NoLocks, NoSystemCall, NotSupported];

    private static IEnumerable<TestCaseData> Calls() =>
    [
        Case("link: copied instead", Errno.MeansNoLink, NoSystemCall, NotSupported, NotPermitted, AccessDenied, TooManyNames, CrossDevice, Invalid),
        Case("copy_file_range: read and written instead", Errno.MeansNoRangeCopy, NoSystemCall, NotSupported, NotPermitted, CrossDevice, Invalid),
        Case("fallocate: not reserved", Errno.MeansNoReservation, NoSystemCall, NotSupported, NotPermitted, Invalid),
        Case("fsync of a folder: refused with the cause", Errno.MeansNoFolderFlush, NoSystemCall, NotSupported, Invalid, BadDescriptor),
        Case("flock: refused with the cause", Errno.MeansNoLock, NoSystemCall, NotSupported, Invalid),
        Case("openat2 and statx: another call instead", Errno.MeansUnknownCall, NoSystemCall, NotSupported, NotPermitted, Invalid, TooBig),
    ];

    [TestCaseSource(nameof(Calls))]
    [Platform(Include = "Linux")]
    public void Exactly_these_errors_mean_not_supported(Func<int, bool> means, int[] expected) => Assert.That(All.Where(error => means(error)), Is.EquivalentTo(expected));

    // The portable volume has no hard links and copies, as a Unix volume does where link is refused.
    [TestCase(300)]
    [TestCase(700_000)]
    public async Task Without_hard_links_versions_are_retained_and_restored_by_copies(int length)
    {
        using var folder = new TemporaryFolder();
        var image = Pictures.Of(length, 1);
        using (var provider = Open(folder))
        {
            var storage = new ImageStorageManager(provider);
            var keeper = provider;
            var before = await storage.SaveBytesAsync("a/a.png", image, new SaveOptions { Tags = ["before"] });
            Assert.That(await keeper.RetainAsync("v1", "a/a.png", before.ETag), Is.True);
            var after = await storage.SaveBytesAsync("a/a.png", Pictures.Of(900, 2));

            Assert.That(await keeper.RestoreAsync("v1", "a/a.png", after.ETag), Is.True);
            Assert.That(await storage.GetInfoAsync("a/a.png"), Is.EqualTo(before));
            await storage.DeleteAsync("a/a.png");
            Assert.That(await keeper.RestoreAsync("v1", "a/a.png", null), Is.True);
            Assert.That(await keeper.DropAsync("v1"), Is.True);
        }

        using var again = Open(folder);
        Assert.That(await new ImageStorageManager(again).GetBytesAsync("a/a.png"), Is.EqualTo(image));
        await StoreCheck.AssertSoundAsync(again);
        Assert.That(Directory.EnumerateFiles(folder.Combine(FileSystemStore.RetainedFolder)), Is.Empty);
    }

    [Test]
    public void A_permanent_cause_is_named_and_not_transient()
    {
        var failure = FileErrors.Translate(new VolumeFailureException("its file system cannot lock files (flock: Function not implemented)", "Mount it with locks.", isTransient: false), "saving", "a.png");

        Assert.That((failure.GetType(), failure.IsTransient), Is.EqualTo((typeof(StorageUnavailableException), false)));
        Assert.That(failure.Message, Is.EqualTo("FileSystem: saving image 'a.png' failed: its file system cannot lock files (flock: Function not implemented). Mount it with locks."));
    }

    private static FileSystemImageProvider Open(TemporaryFolder folder) => new(new PhysicalVolume(folder.Path), Durability.Full, createIfMissing: true, new ManualClock());

    private static TestCaseData Case(string call, Func<int, bool> means, params int[] expected) => new TestCaseData(means, expected).SetArgDisplayNames(call);
}
