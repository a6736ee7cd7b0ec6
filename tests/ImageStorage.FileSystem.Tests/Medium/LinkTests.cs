using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// Links inside the root lead nowhere: not out by reading, not by writing, not by deleting (P8, security table).
/// </summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LinkTests : IDisposable
{
    private static readonly byte[] Inside = Pictures.Of(500, 1);
    private static readonly byte[] Outside = Pictures.Of(600, 2);
    private readonly TemporaryFolder _root = new();
    private readonly TemporaryFolder _outside = new();

    /// <summary>Creates two stores. The image files of the other store would be sound in this one too.</summary>
    [SetUp]
    public async Task ArrangeAsync()
    {
        using var inside = Open(_root.Path);
        await new ImageStorageManager(inside).SaveBytesAsync("inside.png", Inside);
        await inside.Documents.PutAsync("notes/inside", new byte[] { 1 });
        using var outside = Open(_outside.Path);
        await new ImageStorageManager(outside).SaveBytesAsync("link.png", Outside);
        await new ImageStorageManager(outside).SaveBytesAsync("folder/link.png", Outside);
        await outside.Documents.PutAsync("outside/link", new byte[] { 2 });
    }

    [TearDown]
    public void Dispose()
    {
        _root.Dispose();
        _outside.Dispose();
    }

    [TestCase("link.png", false)]
    [TestCase("link.png", true)]
    [TestCase("folder/link.png", false)]
    public async Task A_link_among_the_images_is_not_followed(string key, bool isDangling)
    {
        Link(key, isDangling);
        using var provider = Open(_root.Path);
        var storage = new ImageStorageManager(provider);
        var before = Snapshot(_outside.Path);

        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.GetBytesAsync(key));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.GetInfoAsync(key));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync(key, Inside));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.UpdateAsync(key, new ImageUpdate { Tags = ["x"] }));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.DeleteAsync(key));

        Assert.That(Snapshot(_outside.Path), Is.EqualTo(before), "Something outside of the root has changed.");
    }

    [TestCase("link.png", false)]
    [TestCase("link.png", true)]
    [TestCase("folder/link.png", false)]
    public async Task A_link_is_not_listed_and_hides_no_other_image(string key, bool isDangling)
    {
        Link(key, isDangling);
        using var provider = Open(_root.Path);
        var storage = new ImageStorageManager(provider);
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await storage.ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "inside.png" }), $"{order}");
        }

        // A link in place of a folder has no key.
        string[] named = key.Contains('/') ? [] : [key];
        Assert.That((await storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Unlisted.Select(image => image.Name), Is.EqualTo(named));
        Assert.That((await storage.GetUsageAsync()).Unlisted, Is.EqualTo(named.Length));
        Assert.That(await storage.GetUsageAsync(), Has.Property(nameof(StorageUsage.Count)).EqualTo(1).And.Property(nameof(StorageUsage.Bytes)).EqualTo(Inside.Length));
        var items = new List<VerificationItem>();
        await foreach (var item in provider.VerifyAsync(new VerificationOptions { Documents = false }))
        {
            items.Add(item);
        }

        Assert.That(items.Select(item => item.Status), Is.EquivalentTo(new[] { VerificationStatus.Sound, VerificationStatus.Stray }));
    }

    [Test]
    public async Task A_link_at_the_path_of_a_removed_folder_is_not_followed()
    {
        using var provider = Open(_root.Path);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("folder/link.png", Inside);
        await storage.DeleteAsync("folder/link.png");
        Assert.That(Directory.Exists(_root.Combine("images/folder")), Is.False, "The test does not show what it is to show.");
        Link("folder/link.png", isDangling: false);
        var before = Snapshot(_outside.Path);

        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync("folder/link.png", Inside));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync("folder/new.png", Inside));
        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.DeleteAsync("folder/link.png"));

        Assert.That(Snapshot(_outside.Path), Is.EqualTo(before), "Something outside of the root has changed.");
    }

    [Test]
    public async Task A_link_that_an_index_entry_names_hides_no_other_image()
    {
        using (var provider = Open(_root.Path))
        {
            await new ImageStorageManager(provider).SaveBytesAsync("link.png", Inside);
        }

        File.Delete(_root.Combine("images/link.png"));
        Link("link.png", isDangling: false);
        using var again = Open(_root.Path);
        var page = await new ImageStorageManager(again).ListAsync(new ImageQuery());
        Assert.That(page.Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "inside.png" }));
        Assert.That(page.Unlisted.Select(image => image.Name), Is.EqualTo(new[] { "link.png" }));
    }

    [Test]
    public async Task A_link_among_the_documents_is_not_followed()
    {
        SymbolicLinks.CreateDirectory(_root.Combine(".imagestorage/documents/=outside"), _outside.Combine(".imagestorage/documents/=outside"));
        using var provider = Open(_root.Path);
        var before = Snapshot(_outside.Path);
        DocumentName[] names = ["outside/link", "outside/new"];
        foreach (var name in names)
        {
            foreach (var act in (Func<Task>[])[() => provider.Documents.PutAsync(name, new byte[] { 9 }), () => provider.Documents.DeleteAsync(name), () => provider.Documents.GetAsync(name)])
            {
                try
                {
                    await act();
                }
                catch (ImageStorageException exception) when (exception is StorageUnavailableException or StorageCorruptedException)
                {
                    // A refusal is correct, and so is a result that does not touch the other store.
                }

                Assert.That(Snapshot(_outside.Path), Is.EqualTo(before), $"Something outside of the root has changed, '{name}'.");
            }
        }

        Assert.That(await provider.Documents.GetAsync("notes/inside"), Is.Not.Null);
    }

    private void Link(string key, bool isDangling)
    {
        if (key == "folder/link.png")
        {
            SymbolicLinks.CreateDirectory(_root.Combine("images/folder"), _outside.Combine("images/folder"));
        }
        else
        {
            SymbolicLinks.CreateFile(_root.Combine("images/link.png"), _outside.Combine(isDangling ? "nowhere/link.png" : "images/link.png"));
        }
    }

    private static string Snapshot(string folder) =>
        string.Join('\n', Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => File.Exists(path) ? $"{path} {Convert.ToHexString(File.ReadAllBytes(path))}" : path));

    private static FileSystemImageProvider Open(string root) => new(new FileSystemStorageOptions { Path = root }, new ManualClock());
}
