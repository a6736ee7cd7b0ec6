using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>
/// The cost of the presence check, and a store that returns as another copy. The conformance suite covers the losses
/// themselves.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class PresenceTests
{
    private static readonly byte[] Image = Pictures.Of(500, 1);

    // Two system calls for a negative answer and for a page (the format file, the folder of the images), none for a
    // read or a relaxed save. A durable save has the one for its folder.
    [TestCase(Durability.Relaxed, 0)]
    [TestCase(Durability.Full, 1)]
    public async Task Only_negative_answers_deletes_and_pages_are_confirmed(Durability durability, int ofSave)
    {
        var calls = new List<string>();
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(
            new ObservedVolume(volume, call =>
            {
                if (call.Operation is VolumeOperation.Identify or VolumeOperation.DirectoryExists or VolumeOperation.FileExists)
                {
                    calls.Add(call.Path);
                }
            }),
            new ManualClock(),
            durability);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("a/first.png", Image);

        Assert.That(await CountAsync(() => storage.GetBytesAsync("a/first.png")), Is.Zero, "read");
        Assert.That(await CountAsync(() => storage.GetInfoAsync("a/first.png")), Is.Zero, "info");
        Assert.That(await CountAsync(() => storage.SaveBytesAsync("a/second.png", Image)), Is.EqualTo(ofSave), "save");
        Assert.That(await CountAsync(() => storage.SaveBytesAsync("a/second.png", Image)), Is.EqualTo(ofSave), "overwrite");
        Assert.That(await CountAsync(() => storage.GetInfoAsync("a/missing.png")), Is.EqualTo(2), "missing");
        Assert.That(await CountAsync(() => provider.ListAsync(new ImageQuery())), Is.EqualTo(2), "page");
        Assert.That(await CountAsync(() => provider.DeleteAsync("a/second.png")), Is.EqualTo(1 + ofSave), "delete");

        async Task<int> CountAsync(Func<Task> act)
        {
            calls.Clear();
            await act();
            return calls.Count;
        }
    }

    // As after a restore from a backup, or after a volume was mounted again: the same store in other files.
    [TestCase(Durability.Full)]
    [TestCase(Durability.Relaxed)]
    public async Task A_store_that_returns_as_a_copy_is_opened_again_and_lists_later_saves(Durability durability)
    {
        var clock = new ManualClock();
        var volume = new InMemoryVolume();
        using (var provider = StoreCheck.Open(volume, clock, durability))
        {
            var storage = new ImageStorageManager(provider);
            await storage.SaveBytesAsync("a.png", Image);
            volume.Root = volume.Copy().Root;
            clock.Advance(TimeSpan.FromMinutes(1));

            Assert.ThrowsAsync<StorageUnavailableException>(() => storage.GetInfoAsync("a.png"), "What is open belongs to the files that are gone; one call says so.");
            Assert.That(await storage.GetBytesAsync("a.png"), Is.EqualTo(Image));
            await storage.SaveBytesAsync("new/b.png", Image);
            await storage.DeleteAsync("a.png");
        }

        using var again = StoreCheck.Open(volume, clock, durability);
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await again.ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "new/b.png" }), $"{order}");
        }

        await StoreCheck.AssertSoundAsync(again);
    }

    [Test]
    public async Task Processes_that_create_a_store_at_once_agree_on_its_id()
    {
        const int Processes = 24;
        for (var round = 0; round < TestLength.Of(4, 10); round++)
        {
            using var folder = new TemporaryFolder();
            FileSystemImageProvider[] providers = [.. Enumerable.Range(0, Processes).Select(_ => Open(folder.Path, TimeProvider.System, Durability.Relaxed))];
            using var start = new Barrier(Processes);
            var failures = new List<Exception>();
            var threads = providers.Select((provider, number) => new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    new ImageStorageManager(provider).SaveBytesAsync($"{number}.png", Image).GetAwaiter().GetResult();
                }
                catch (ImageStorageException exception)
                {
                    lock (failures)
                    {
                        failures.Add(exception);
                    }
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            Assert.That(failures, Is.Empty);
            foreach (var provider in providers)
            {
                Assert.That(await provider.GetInfoAsync("missing.png"), Is.Null);
                Assert.That((await provider.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(Processes));
                provider.Dispose();
            }
        }
    }

    [Test]
    public void Without_CreateIfMissing_an_empty_folder_is_not_an_empty_store()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path);
        using var provider = new FileSystemImageProvider(new FileSystemStorageOptions { Path = folder.Path, CreateIfMissing = false });
        var storage = new ImageStorageManager(provider);
        Func<Task>[] acts =
        [
            () => storage.GetBytesAsync("a.png"),
            () => storage.ExistsAsync("a.png"),
            () => storage.ListAsync(new ImageQuery()),
            () => storage.GetUsageAsync(),
            () => storage.DeleteAsync("a.png"),
            () => storage.SaveBytesAsync("a.png", Image),
            () => provider.Documents.GetAsync("notes/a"),
            () => provider.CheckAsync(),
        ];
        foreach (var act in acts)
        {
            Assert.That(Assert.ThrowsAsync<StorageUnavailableException>(() => act())!.Message, Does.Contain("mounted"));
        }

        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    private static FileSystemImageProvider Open(string path, TimeProvider clock, Durability durability) => new(new FileSystemStorageOptions { Path = path, Durability = durability }, clock);
}
