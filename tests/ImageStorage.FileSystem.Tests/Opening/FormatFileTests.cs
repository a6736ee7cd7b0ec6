using System.Text;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>A store names its format, and a store of an unknown format is not changed.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class FormatFileTests
{
    private const string FormatFile = ".imagestorage/format.json";
    private static readonly byte[] Image = Pictures.Of(500, 1);

    [TestCase("")]
    [TestCase("\0\0\0\0\0\0\0\0")]
    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("null")]
    [TestCase("{}")]
    [TestCase("{ \"format\": 5, \"version\": 1 }")]
    [TestCase("{ \"format\": \"ImageStorage.FileSystem\" }")]
    [TestCase("{ \"format\": \"ImageStorage.FileSystem\", \"version\": \"1\" }")]
    [TestCase("{ \"format\": \"ImageStorage.FileSystem\", \"version\": 99999999999 }")]
    public async Task An_unreadable_format_is_corrupted_and_nothing_is_changed(string format) => await AssertRefusedAsync<StorageCorruptedException>(format);

    [TestCase("{ \"format\": \"ImageStorage.FileSystem\", \"version\": 4 }")]
    [TestCase("{ \"format\": \"ImageStorage.FileSystem\", \"version\": 2147483647, \"new\": {} }")]
    public async Task A_newer_format_is_not_supported_and_nothing_is_changed(string format) => await AssertRefusedAsync<StorageNotSupportedException>(format);

    [TestCase(1)]
    [TestCase(2)]
    public async Task An_older_format_is_not_supported_and_nothing_is_changed(int version) => await AssertRefusedAsync<StorageNotSupportedException>($"{{ \"format\": \"ImageStorage.FileSystem\", \"version\": {version} }}");

    [Test]
    public async Task Another_kind_of_store_is_refused_and_nothing_is_changed() => await AssertRefusedAsync<StorageUnavailableException>("{ \"format\": \"Something.Else\", \"version\": 1 }");

    [Test]
    public async Task A_format_with_unknown_properties_is_read()
    {
        var volume = await ArrangeAsync();
        volume.Tamper(FormatFile, _ => Encoding.UTF8.GetBytes("{ \"since\": 2026, \"version\": 3, \"format\": \"ImageStorage.FileSystem\" }"));
        using var provider = StoreCheck.Open(volume, new ManualClock());

        Assert.That(await new ImageStorageManager(provider).GetBytesAsync("a.png"), Is.EqualTo(Image));
    }

    [Test]
    public async Task A_lost_format_file_beside_images_is_reported_and_nothing_is_changed()
    {
        var volume = await ArrangeAsync();
        volume.DeleteFile(FormatFile);
        AssertRefused<StorageCorruptedException>(volume);
    }

    [Test]
    public void Without_CreateIfMissing_a_missing_store_is_a_failure_and_is_not_created()
    {
        var volume = new InMemoryVolume();
        using var provider = new FileSystemImageProvider(volume, Durability.Full, createIfMissing: false, new ManualClock());
        var storage = new ImageStorageManager(provider);

        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.GetInfoAsync("a.png"));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.ListAsync(new ImageQuery()));
        Assert.That((Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync("a.png", Image)))!.IsTransient, Is.True, "A volume may be mounted later.");
        Assert.That(volume.FilesBelow(string.Empty), Is.Empty);
    }

    [Test]
    public async Task Without_CreateIfMissing_a_store_that_is_there_is_used()
    {
        using var provider = new FileSystemImageProvider(await ArrangeAsync(), Durability.Full, createIfMissing: false, new ManualClock());

        await new ImageStorageManager(provider).SaveBytesAsync("b.png", Image);
        Assert.That((await new ImageStorageManager(provider).ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(2));
    }

    [Test]
    public void Without_CreateIfMissing_a_missing_folder_fails_reads_too()
    {
        using var folder = new TemporaryFolder();
        using var provider = new FileSystemImageProvider(new FileSystemStorageOptions { Path = folder.Path, CreateIfMissing = false });

        Assert.ThrowsAsync<StorageUnavailableException>(() => new ImageStorageManager(provider).GetInfoAsync("a.png"));
        Assert.That(Directory.Exists(folder.Path), Is.False);
    }

    private static async Task AssertRefusedAsync<TFailure>(string format)
        where TFailure : ImageStorageException
    {
        var volume = await ArrangeAsync();
        volume.Tamper(FormatFile, _ => Encoding.UTF8.GetBytes(format));
        AssertRefused<TFailure>(volume);
        Assert.That(Encoding.UTF8.GetString(volume.ReadAll(FormatFile)), Is.EqualTo(format));
    }

    private static void AssertRefused<TFailure>(InMemoryVolume volume)
        where TFailure : ImageStorageException
    {
        var before = volume.FilesBelow(string.Empty).Order(StringComparer.Ordinal).ToList();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        var storage = new ImageStorageManager(provider);
        Func<Task>[] acts =
        [
            () => storage.GetInfoAsync("a.png"),
            () => storage.GetAsync("a.png"),
            () => storage.SaveBytesAsync("b.png", Image),
            () => storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] }),
            () => storage.DeleteAsync("a.png"),
            () => storage.ListAsync(new ImageQuery()),
            () => storage.GetUsageAsync(),
            () => provider.Documents.GetAsync("notes/a"),
            () => provider.Documents.PutAsync("notes/a", new byte[1]),
            () => provider.Documents.DeleteAsync("notes/a"),
            () => provider.Documents.ListAsync("notes/"),
            () => StoreCheck.AssertSoundAsync(provider),
            () => provider.CheckAsync(),
        ];
        foreach (var act in acts)
        {
            Assert.ThrowsAsync<TFailure>(() => act());
        }

        Assert.That(volume.FilesBelow(string.Empty).Order(StringComparer.Ordinal), Is.EqualTo(before));
    }

    private static async Task<InMemoryVolume> ArrangeAsync()
    {
        var volume = new InMemoryVolume();
        using var provider = StoreCheck.Open(volume, new ManualClock());
        await new ImageStorageManager(provider).SaveBytesAsync("a.png", Image);
        return volume;
    }
}
