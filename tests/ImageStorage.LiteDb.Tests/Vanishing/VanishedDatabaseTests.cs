using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Vanishing;

/// <summary>
/// P1 and P7: a database that is moved, deleted or replaced while open is unavailable, never empty, and acknowledges no
/// write that would be missing afterwards.
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Platform(Exclude = "Win,MacOsX", Reason = "Windows does not let an open file go; on macOS only a missing file is noticed.")]
public sealed class VanishedDatabaseTests : IDisposable
{
    private static readonly Dictionary<string, Action<string, string>> Ways = new()
    {
        ["folder renamed away"] = (folder, aside) => Directory.Move(folder, aside),
        ["folder renamed away, an empty one in its place"] = (folder, aside) =>
        {
            Directory.Move(folder, aside);
            Directory.CreateDirectory(folder);
        },
        ["folder renamed away, a file in its place"] = (folder, aside) =>
        {
            Directory.Move(folder, aside);
            File.WriteAllText(folder, "a file");
        },
        ["files renamed away"] = MoveFiles,
        ["database replaced by an empty file"] = (folder, aside) =>
        {
            MoveFiles(folder, aside);
            File.WriteAllBytes(Path.Combine(folder, Name), []);
            File.WriteAllBytes(Path.Combine(folder, Name + "-log"), []);
        },
        ["database replaced by a folder"] = (folder, aside) =>
        {
            MoveFiles(folder, aside);
            Directory.CreateDirectory(Path.Combine(folder, Name));
        },
    };

    private static readonly Dictionary<string, Func<LiteDbImageProvider, IImageStorage, Task>> Calls = new()
    {
        ["get"] = (_, storage) => storage.GetAsync("a.png"),
        ["info"] = (_, storage) => storage.GetInfoAsync("a.png"),
        ["document that is there"] = (provider, _) => provider.Documents.GetAsync("c/a"),
        ["get of nothing"] = (_, storage) => storage.GetAsync("new.png"),
        ["info of nothing"] = (_, storage) => storage.GetInfoAsync("new.png"),
        ["save"] = (_, storage) => storage.SaveBytesAsync("new.png", SampleImages.OfLength(300, 2)),
        ["save of a large image"] = (_, storage) => storage.SaveBytesAsync("new.png", SampleImages.OfLength(900_000, 2)),
        ["save over an image"] = (_, storage) => storage.SaveBytesAsync("a.png", SampleImages.OfLength(300, 2)),
        ["save that must be the first"] = (_, storage) => storage.SaveBytesAsync("new.png", SampleImages.OfLength(300, 2), new SaveOptions { Precondition = IfNoneMatch.Any }),
        ["update"] = (_, storage) => storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }),
        ["update of nothing"] = (_, storage) => storage.UpdateAsync("new.png", new ImageUpdate { Tags = ["x"] }),
        ["delete"] = (_, storage) => storage.DeleteAsync("a.png"),
        ["delete of nothing"] = (_, storage) => storage.DeleteAsync("new.png"),
        ["list by time"] = (_, storage) => storage.ListAsync(new ImageQuery()),
        ["list by key"] = (_, storage) => storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending }),
        ["list of a tag"] = (_, storage) => storage.ListAsync(new ImageQuery { Tag = "none" }),
        ["usage"] = (_, storage) => storage.GetUsageAsync(),
        ["check"] = (provider, _) => provider.CheckAsync(),
        ["document"] = (provider, _) => provider.Documents.GetAsync("c/new"),
        ["document written"] = (provider, _) => provider.Documents.PutAsync("c/new", new byte[] { 1 }),
        ["document deleted"] = (provider, _) => provider.Documents.DeleteAsync("c/a"),
        ["documents"] = (provider, _) => provider.Documents.ListAsync("c/"),
        ["several at once"] = (provider, _) => provider.CommitAsync([new AtomicDocument("c/new", new byte[] { 1 })]),
        ["verification"] = async (provider, _) => await provider.VerifyAsync().CountAsync(),
        ["compaction"] = (provider, _) => provider.CompactAsync(),
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ManualClock _clock = new();

    private const string Name = "images.db";

    private static IEnumerable<TestCaseData> Cases => Ways.Keys.SelectMany(way => Calls.Keys.Select(call => new TestCaseData(way, call)));

    private string Place => _folder.Combine("mount/store");

    private string Aside => _folder.Combine("aside");

    public void Dispose() => _folder.Dispose();

    [TestCaseSource(nameof(Cases))]
    public async Task Call_on_a_missing_store_is_unavailable_and_the_store_is_complete_afterwards(string way, string call)
    {
        await using var provider = Open();
        var storage = await PrepareAsync(provider);
        var before = await StoreState.OfAsync(provider, _clock);

        Ways[way](Place, Aside);
        await AssertUnavailableAsync(provider, storage, call);
        await AssertUnavailableAsync(provider, storage, call);
        AssertNothingWasMade(way);
        PutBack();

        Assert.That(await StoreState.OfAsync(provider, _clock), Is.EqualTo(before));
        await storage.SaveBytesAsync("after.png", SampleImages.OfLength(300, 3));
        Assert.That(await storage.GetInfoAsync("after.png"), Is.Not.Null);
    }

    [Test, Description("A commit whose files are moved while it is under way is not acknowledged, and is not there afterwards.")]
    public async Task Save_during_a_move_is_acknowledged_only_when_present_afterwards()
    {
        var acknowledged = new List<string>();
        await using (var provider = Open())
        {
            var storage = await PrepareAsync(provider);
            var source = SampleImages.OfLength(900_000, 4);
            await using var interrupted = new InterruptedStream(source, 800_000, () => Directory.Move(Place, Aside));

            Assert.That(async () => await storage.SaveAsync("new.png", interrupted), Throws.TypeOf<StorageUnavailableException>());
            PutBack();
            await storage.SaveBytesAsync("later.png", SampleImages.OfLength(300, 5));
            acknowledged.Add("later.png");
        }

        await using var again = Open();
        Assert.That(await again.GetInfoAsync("new.png"), Is.Null);
        Assert.That(await again.GetInfoAsync("later.png"), Is.Not.Null);
        Assert.That(acknowledged, Has.Count.EqualTo(1));
        await StoreState.AssertSoundAsync(again);
    }

    [Test]
    public async Task Store_that_was_only_read_is_not_created_again_at_the_empty_path()
    {
        await using (var first = Open())
        {
            await PrepareAsync(first);
        }

        await using var provider = Open();
        Assert.That(await provider.GetInfoAsync("a.png"), Is.Not.Null);
        Directory.Move(Place, Aside);
        Directory.CreateDirectory(Place);

        await AssertUnavailableAsync(provider, StoreOperation.StorageOver(provider, _clock), "save");

        Assert.That(Directory.EnumerateFileSystemEntries(Place), Is.Empty);
    }

    [Test]
    public async Task Health_reports_a_missing_store_without_a_path()
    {
        await using var provider = Open();
        await PrepareAsync(provider);
        Directory.Move(Place, Aside);

        var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => provider.CheckAsync());

        Assert.That(failure!.Message, Does.Contain("no longer at its path").And.Not.Contain(_folder.Path));
        Assert.That((failure.Provider, failure.IsTransient), Is.EqualTo(("LiteDb", true)));
    }

    private static void MoveFiles(string folder, string aside)
    {
        Directory.CreateDirectory(aside);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        }
    }

    private async Task AssertUnavailableAsync(LiteDbImageProvider provider, IImageStorage storage, string call)
    {
        var failure = Assert.CatchAsync(() => Calls[call](provider, storage));
        Assert.That(failure, Is.TypeOf<StorageUnavailableException>(), call);
        Assert.That(failure!.Message, Does.Not.Contain(_folder.Path));
    }

    private void AssertNothingWasMade(string way)
    {
        if (way.EndsWith("an empty one in its place", StringComparison.Ordinal) || way == "files renamed away")
        {
            Assert.That(Directory.EnumerateFileSystemEntries(Place), Is.Empty, "Something was made in the empty place.");
        }
    }

    private void PutBack()
    {
        if (Directory.Exists(Place))
        {
            Directory.Delete(Place, recursive: true);
        }

        File.Delete(Place);
        Directory.Move(Aside, Place);
    }

    private LiteDbImageProvider Open() => new(new LiteDbStorageOptions { Path = Path.Combine(Place, Name) }, _clock);

    private async Task<IImageStorage> PrepareAsync(LiteDbImageProvider provider)
    {
        var storage = StoreOperation.StorageOver(provider, _clock);
        await storage.SaveBytesAsync("a.png", SampleImages.OfLength(20_000, 1), new SaveOptions { Tags = ["kept"] });
        await provider.Documents.PutAsync("c/a", new byte[] { 7 });
        await storage.GetUsageAsync();
        return storage;
    }
}
