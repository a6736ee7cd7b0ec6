using System.Collections.Concurrent;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Listing;

/// <summary>
/// P6: folders that deletes have emptied cost nothing afterwards, because they are removed, also beside saves into
/// them.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class EmptyFoldersTests
{
    private const int Many = 400;

    [Test]
    public async Task Deletes_leave_no_folders_and_the_first_page_by_key_reads_no_more_than_before()
    {
        var volume = new InMemoryVolume();
        var visits = 0;
        using var provider = StoreCheck.Open(new ObservedVolume(volume, call => visits += call.Operation == VolumeOperation.Visit ? 1 : 0), new ManualClock());
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("users/keep/avatar.png", Pictures.Of(300));
        var before = await FirstPageAsync();
        for (var i = 0; i < Many; i++)
        {
            await storage.SaveBytesAsync($"users/{i}/2026/11/avatar.png", Pictures.Of(300));
        }

        for (var i = 0; i < Many; i++)
        {
            await storage.DeleteAsync($"users/{i}/2026/11/avatar.png");
        }

        Assert.That(FoldersBelow(volume, "images"), Is.EquivalentTo(new[] { "images/users", "images/users/keep" }));
        Assert.That(await FirstPageAsync(), Is.EqualTo(before));

        async Task<int> FirstPageAsync()
        {
            visits = 0;
            Assert.That((await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items, Has.Count.EqualTo(1));
            return visits;
        }
    }

    [Test]
    public async Task A_store_full_of_empty_folders_is_cleaned_by_every_walk([Values("list", "usage", "verify")] string walk)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("users/keep/avatar.png", Pictures.Of(300));
        for (var i = 0; i < Many; i++)
        {
            foreach (var folder in (string[])[$"images/users/{i}", $"images/users/{i}/2026", $"images/users/{i}/2026/11"])
            {
                volume.CreateDirectory(folder);
            }
        }

        switch (walk)
        {
            case "list":
                await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending });
                break;
            case "usage":
                await storage.GetUsageAsync();
                break;
            default:
                await StoreCheck.AssertSoundAsync(provider);
                break;
        }

        Assert.That(FoldersBelow(volume, "images"), Is.EquivalentTo(new[] { "images/users", "images/users/keep" }));
    }

    [Test]
    public async Task Deleted_documents_leave_no_folders_but_that_of_their_collection()
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        for (var i = 0; i < Many; i++)
        {
            await provider.Documents.PutAsync($"notes/{i:d4}", new byte[] { 1 });
        }

        const string Collection = ".imagestorage/documents/=notes";
        Assert.That(FoldersBelow(volume, Collection), Is.Not.Empty, "The test does not show what it is to show.");
        for (var i = 0; i < Many; i++)
        {
            await provider.Documents.DeleteAsync($"notes/{i:d4}");
        }

        Assert.That(FoldersBelow(volume, Collection), Is.Empty);
    }

    [Test]
    public async Task A_folder_that_cannot_be_removed_fails_no_delete()
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(
            new ObservedVolume(volume, call =>
            {
                if (call.Operation == VolumeOperation.DeleteDirectory && call.Path.StartsWith("images/", StringComparison.Ordinal))
                {
                    throw new UnauthorizedAccessException("Permission denied");
                }
            }),
            new ManualClock());
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("a/b.png", Pictures.Of(300));

        Assert.That(await storage.DeleteAsync("a/b.png"), Is.True);
        Assert.That(await storage.GetInfoAsync("a/b.png"), Is.Null);
    }

    // Each thread has its own keys, in folders that it shares with all others and that all of them empty constantly.
    // Every save must be acknowledged.
    [TestCase(Durability.Relaxed, 300)]
    [TestCase(Durability.Full, 60)]
    public async Task Saves_into_folders_that_other_processes_remove_all_succeed_and_stay(Durability durability, int rounds)
    {
        const int Workers = 6;
        using var folder = new TemporaryFolder();
        FileSystemImageProvider[] processes = [.. Enumerable.Range(0, 3).Select(_ => new FileSystemImageProvider(new FileSystemStorageOptions { Path = folder.Path, Durability = durability }))];
        var expected = new ConcurrentDictionary<string, bool>();
        var failures = new ConcurrentQueue<Exception>();
        using var start = new Barrier(Workers);
        var threads = Enumerable.Range(0, Workers).Select(worker => new Thread(() => Work(worker))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.That(failures, Is.Empty);
        using var storage = new ImageStorageManager(new FileSystemImageProvider(new FileSystemStorageOptions { Path = folder.Path }));
        foreach (var (key, isThere) in expected)
        {
            Assert.That(await storage.ExistsAsync(key), Is.EqualTo(isThere), key);
        }

        foreach (var process in processes)
        {
            process.Dispose();
        }

        var empty = Directory.GetDirectories(folder.Combine("images"), "*", SearchOption.AllDirectories).Where(path => !Directory.EnumerateFileSystemEntries(path).Any());
        Assert.That(empty, Is.Empty);

        void Work(int worker)
        {
            var mine = new ImageStorageManager(processes[worker % processes.Length]);
            var random = new Random(worker);
            start.SignalAndWait();
            for (var round = 0; round < rounds; round++)
            {
                var key = $"shared/{random.Next(2)}/deep/{worker}.png";
                try
                {
                    var saves = random.Next(2) == 0;
                    if (saves)
                    {
                        mine.SaveBytesAsync(key, Pictures.Of(200)).GetAwaiter().GetResult();
                    }
                    else
                    {
                        mine.DeleteAsync(key).GetAwaiter().GetResult();
                    }

                    expected[key] = saves;
                }
                catch (ImageStorageException exception)
                {
                    failures.Enqueue(exception);
                }
            }
        }
    }

    private static List<string> FoldersBelow(InMemoryVolume volume, string folder)
    {
        var folders = new List<string>();
        volume.VisitDirectory(folder, (name, isDirectory) =>
        {
            if (isDirectory)
            {
                folders.Add($"{folder}/{name}");
            }
        });
        return [.. folders.SelectMany(child => FoldersBelow(volume, child).Prepend(child))];
    }
}
