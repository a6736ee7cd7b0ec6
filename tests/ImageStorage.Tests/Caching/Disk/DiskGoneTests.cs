using ImageStorage.Caching;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>
/// The folder of the disk tier is removed or replaced while the tier uses it. No read may fail or be wrong, and the
/// tier must recover by itself.
/// </summary>
internal sealed class DiskGoneTests
{
    private static readonly ImageKey Cached = "cached.png";
    private static readonly ImageKey Other = "other.png";

    /// <summary>The fate of the folder.</summary>
    public enum Loss
    {
        RenamedAway,
        ReplacedByEmptyFolder,
        ReplacedByFolderWithLostAndFound,
        ReplacedByFile,
        EntriesDeleted,
        StagingDeleted,
        MarkerDeleted,
        ReplacedByFolderOfAnotherStore,
    }

    [Test]
    public async Task Lost_folder_fails_no_read_and_is_used_again([Values] Loss loss)
    {
        await using var store = new DiskStore(isShared: true);
        var process = store.Open();
        await process.SaveAsync(Cached, 1);
        await process.SaveAsync(Other, 2);
        await process.ReadAsync(Cached);
        await using var opened = (await process.Storage.GetAsync(Cached))!;

        await LoseAsync(store, loss);

        Assert.That(await process.ReadAsync(Cached), Is.EqualTo(CachedStore.Image(1)));
        Assert.That(await process.ReadAsync(Other), Is.EqualTo(CachedStore.Image(2)));
        await process.SaveAsync(Cached, 3);
        Assert.That(await process.ReadAsync(Cached), Is.EqualTo(CachedStore.Image(3)));
        Assert.That(await process.Storage.DeleteAsync(Other), Is.True);
        Assert.That(await process.ReadAsync(Other), Is.Null);
        Assert.That(await process.Storage.GetInfoAsync(Other), Is.Null);
        await process.Cache.ClearAsync();
        Assert.That(await DiskTierTests.BytesOf(opened), Is.EqualTo(CachedStore.Image(1)), "what was open stays readable");

        if (loss == Loss.ReplacedByFile)
        {
            File.Delete(store.Folder.Path);
        }

        store.Clock.Advance(TierAvailability.RecoveryPeriod);
        await process.ReadAsync(Cached);
        var reads = store.Provider.Reads;
        Assert.That(await process.ReadAsync(Cached), Is.EqualTo(CachedStore.Image(3)));
        Assert.That(store.Provider.Reads, Is.EqualTo(reads), "the tier must be in use again");
        Assert.That(store.Warnings.Count(), Is.LessThanOrEqualTo(1));
    }

    [Test]
    public async Task Folder_that_returns_is_used_with_its_entries()
    {
        await using var store = new DiskStore(isShared: true);
        var process = store.Open();
        await process.SaveAsync(Cached, 1);
        await process.ReadAsync(Cached);
        Directory.Move(store.Folder.Path, store.Folder.Path + ".away");
        Assert.That(await process.ReadAsync(Cached), Is.EqualTo(CachedStore.Image(1)));
        await process.SaveAsync(Cached, 2);

        if (Directory.Exists(store.Folder.Path))
        {
            Directory.Delete(store.Folder.Path, recursive: true);
        }

        Directory.Move(store.Folder.Path + ".away", store.Folder.Path);
        store.Clock.Advance(TierAvailability.RecoveryPeriod);

        for (var read = 0; read < 3; read++)
        {
            Assert.That(await process.ReadAsync(Cached), Is.EqualTo(CachedStore.Image(2)), "the old version is still in the folder");
        }
    }

    [Test]
    public async Task New_file_system_with_lost_and_found_is_accepted()
    {
        await using var store = new DiskStore();
        Directory.CreateDirectory(Path.Join(store.Folder.Path, "lost+found"));
        await File.WriteAllTextAsync(Path.Join(store.Folder.Path, ".gitkeep"), string.Empty);
        var process = store.Open();
        await process.SaveAsync(Cached, 1);
        await process.ReadAsync(Cached);

        Assert.That(store.Folder.Entries, Has.Count.EqualTo(1));
        Assert.That(store.Warnings, Is.Empty);
        Assert.That(Directory.Exists(Path.Join(store.Folder.Path, "lost+found")));
    }

    private static async Task LoseAsync(DiskStore store, Loss loss)
    {
        var path = store.Folder.Path;
        switch (loss)
        {
            case Loss.EntriesDeleted or Loss.StagingDeleted:
                Directory.Delete(Path.Join(path, loss == Loss.EntriesDeleted ? "entries" : "staging"), recursive: true);
                return;
            case Loss.MarkerDeleted:
                File.Delete(Path.Join(path, "cache.json"));
                return;
            case Loss.ReplacedByFolderOfAnotherStore:
                await using (var other = new DiskStore(isShared: true))
                {
                    var process = other.Open();
                    await process.SaveAsync(Cached, 100);
                    await process.SaveAsync(Other, 101);
                    await process.ReadAsync(Cached);
                    await process.ReadAsync(Other);
                    Directory.Delete(path, recursive: true);
                    Directory.Move(other.Folder.Path, path);
                    Directory.CreateDirectory(other.Folder.Path);
                }

                return;
            default:
                Directory.Move(path, path + ".away");
                Replace(path, loss);
                Directory.Delete(path + ".away", recursive: true);
                return;
        }
    }

    private static void Replace(string path, Loss loss)
    {
        switch (loss)
        {
            case Loss.ReplacedByEmptyFolder:
                Directory.CreateDirectory(path);
                break;
            case Loss.ReplacedByFolderWithLostAndFound:
                Directory.CreateDirectory(Path.Join(path, "lost+found"));
                break;
            case Loss.ReplacedByFile:
                File.WriteAllText(path, "a file");
                break;
        }
    }
}
