using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>
/// P1: a store without its folder of images, as after a partial restore, is not treated as empty, and no save creates
/// the folder again.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class LostImagesFolderTests
{
    private const string Mark = ".imagestorage/images.created";
    private static readonly byte[] Image = Pictures.Of(500, 1);

    /// <summary>The use of the store by a process before the folder is lost.</summary>
    public enum Before
    {
        /// <summary>The process starts after the loss.</summary>
        Nothing,

        /// <summary>The process has read.</summary>
        Read,

        /// <summary>The process has saved.</summary>
        Written,
    }

    [Test]
    public async Task Every_answer_about_images_is_unavailable_until_the_folder_is_back([Values] Before before, [Values] Durability durability)
    {
        var volume = await FillAsync(durability);
        using var provider = StoreCheck.Open(volume, new ManualClock(), durability);
        var storage = new ImageStorageManager(provider);
        await (before switch
        {
            Before.Written => storage.SaveBytesAsync("another.png", Image),
            Before.Read => storage.GetInfoAsync("a/b.png"),
            _ => Task.CompletedTask,
        });
        var root = (MediumFolder)volume.Root!;
        var images = root.Live[ImagePaths.Root];
        root.Remove(ImagePaths.Root);

        foreach (var (name, act) in Operations(provider))
        {
            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => act(), name);
            Assert.That((failure!.IsTransient, failure.Message.Contains($"the folder {ImagePaths.Root} of the store is missing", StringComparison.Ordinal)), Is.EqualTo((true, true)), $"{name}: {failure.Message}");
        }

        Assert.That(root.Live.ContainsKey(ImagePaths.Root), Is.False, "The folder was created again.");
        root.Set(ImagePaths.Root, images);
        Assert.That(await storage.GetBytesAsync("a/b.png"), Is.EqualTo(Image));
        await storage.SaveBytesAsync("new/c.png", Image);
        Assert.That((await storage.ListAsync(new ImageQuery())).Items.Select(info => info.Key.Value), Is.SupersetOf(new[] { "a/b.png", "top.png", "new/c.png" }));
        await StoreCheck.AssertSoundAsync(provider);
    }

    [Test]
    public async Task Folder_on_a_disk_that_is_moved_away_is_distinguished_from_an_empty_one([Values] bool isRestarted)
    {
        using var folder = new TemporaryFolder();
        var options = new FileSystemStorageOptions { Path = folder.Path, Durability = Durability.Relaxed };
        var provider = new FileSystemImageProvider(options);
        await new ImageStorageManager(provider).SaveBytesAsync("a/b.png", Image);
        if (isRestarted)
        {
            provider.Dispose();
            provider = new FileSystemImageProvider(options);
        }

        Directory.Move(folder.Combine(ImagePaths.Root), folder.Combine("aside"));
        foreach (var (name, act) in Operations(provider))
        {
            Assert.ThrowsAsync<StorageUnavailableException>(() => act(), name);
        }

        Assert.That(Directory.Exists(folder.Combine(ImagePaths.Root)), Is.False);
        Directory.Move(folder.Combine("aside"), folder.Combine(ImagePaths.Root));
        Assert.That(await new ImageStorageManager(provider).GetBytesAsync("a/b.png"), Is.EqualTo(Image));
        provider.Dispose();
    }

    [Test]
    public async Task An_empty_folder_at_its_path_is_a_store_whose_images_were_removed_on_purpose()
    {
        var volume = await FillAsync(Durability.Full);
        ((MediumFolder)volume.Root!).Remove(ImagePaths.Root);
        volume.CreateDirectory(ImagePaths.Root);
        using var provider = StoreCheck.Open(volume, new ManualClock());

        Assert.That(await provider.GetInfoAsync("a/b.png"), Is.Null);
        await new ImageStorageManager(provider).SaveBytesAsync("a/b.png", Image);
        await provider.CheckAsync();
    }

    [Test]
    public async Task The_folder_stays_when_its_last_image_is_deleted([Values] bool isCreatedByDocument)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        if (isCreatedByDocument)
        {
            await provider.Documents.PutAsync("notes/a", new byte[] { 1 });
            Assert.That(volume.DirectoryExists(ImagePaths.Root), Is.True, "The folder is created with the store.");
        }

        await new ImageStorageManager(provider).SaveBytesAsync("a/b/c.png", Image);
        await provider.DeleteAsync("a/b/c.png");
        await provider.GetUsageAsync();

        Assert.That(volume.DirectoryExists(ImagePaths.Root), Is.True);
        Assert.That((await provider.ListAsync(new ImageQuery())).Items, Is.Empty);
    }

    // Such a store was used for documents only.
    [Test]
    public async Task A_store_without_the_marker_gets_folder_and_marker_from_its_next_write()
    {
        var volume = new InMemoryVolume();
        using (var earlier = StoreCheck.Open(volume, new ManualClock()))
        {
            await earlier.Documents.PutAsync("notes/a", new byte[] { 1 });
        }

        volume.DeleteFile(Mark);
        volume.DeleteDirectoryIfEmpty(ImagePaths.Root);
        using var provider = StoreCheck.Open(volume, new ManualClock());

        Assert.That(await provider.GetInfoAsync("a.png"), Is.Null);
        await new ImageStorageManager(provider).SaveBytesAsync("a.png", Image);
        Assert.That((volume.FileExists(Mark), volume.DirectoryExists(ImagePaths.Root)), Is.EqualTo((true, true)));
    }

    // The order is: folder, format file, marker.
    [Test]
    public async Task An_interrupted_creation_is_repeated()
    {
        var volume = new InMemoryVolume();
        volume.CreateDirectory(ImagePaths.Root);
        using var provider = StoreCheck.Open(volume, new ManualClock());

        Assert.That(await provider.GetInfoAsync("a.png"), Is.Null);
        await new ImageStorageManager(provider).SaveBytesAsync("a.png", Image);
        Assert.That(await new ImageStorageManager(provider).GetBytesAsync("a.png"), Is.EqualTo(Image));
    }

    [Test]
    public async Task A_lost_format_file_is_detected_by_the_marker_if_there_is_no_image()
    {
        var volume = new InMemoryVolume();
        using (var earlier = StoreCheck.Open(volume, new ManualClock()))
        {
            await earlier.Documents.PutAsync("notes/a", new byte[] { 1 });
        }

        volume.DeleteFile(FormatFile.Path);
        using var provider = StoreCheck.Open(volume, new ManualClock());

        Assert.ThrowsAsync<StorageCorruptedException>(() => provider.Documents.GetAsync("notes/a"));
        Assert.ThrowsAsync<StorageCorruptedException>(() => new ImageStorageManager(provider).SaveBytesAsync("a.png", Image));
    }

    private static IEnumerable<(string Name, Func<Task> Act)> Operations(FileSystemImageProvider provider)
    {
        var storage = new ImageStorageManager(provider);
        foreach (var key in (ImageKey[])["a/b.png", "top.png", "missing/c.png"])
        {
            yield return ($"get {key}", () => storage.GetBytesAsync(key));
            yield return ($"info {key}", () => provider.GetInfoAsync(key));
            yield return ($"exists {key}", () => storage.ExistsAsync(key));
            yield return ($"get if match {key}", () => provider.OpenReadAsync(key, new GetOptions { IfMatch = new ImageETag("another") }));
            yield return ($"update {key}", () => provider.UpdateAsync(key, new RecordUpdate { Tags = ["x"] }));
            yield return ($"delete {key}", () => provider.DeleteAsync(key));
            yield return ($"save {key}", () => storage.SaveBytesAsync(key, Image));
            yield return ($"create {key}", () => storage.SaveBytesAsync(key, Image, new SaveOptions { Precondition = IfNoneMatch.Any }));
            yield return ($"save if match {key}", () => storage.SaveBytesAsync(key, Image, new SaveOptions { Precondition = new IfMatch(new ImageETag("another")) }));
            yield return ($"keep {key}", () => provider.RetainAsync("v2", key, new ImageETag("another")));
        }

        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            yield return ($"list {order}", () => provider.ListAsync(new ImageQuery { Order = order }));
            yield return ($"list {order} with a prefix", () => provider.ListAsync(new ImageQuery { Order = order, Prefix = "nothing/" }));
        }

        yield return ("usage", () => provider.GetUsageAsync());
        yield return ("check", () => provider.CheckAsync());
        yield return ("verify", () => StoreCheck.AssertSoundAsync(provider));
    }

    private static async Task<InMemoryVolume> FillAsync(Durability durability)
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock(), durability);
        await new ImageStorageManager(provider).SaveBytesAsync("a/b.png", Image);
        await new ImageStorageManager(provider).SaveBytesAsync("top.png", Image);
        return volume;
    }
}
