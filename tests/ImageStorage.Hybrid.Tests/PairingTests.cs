using ImageStorage.Coordination;
using ImageStorage.Hybrid.Tests.Conformance;
using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>Parts that do not belong together are refused before anything is lost by it.</summary>
public class PairingTests
{
    [Test]
    public void Same_object_as_both_parts_is_refused()
    {
        var provider = new InMemoryImageProvider();

        Assert.That(() => new HybridImageProvider(provider, provider), Throws.ArgumentException.With.Message.Contains("same InMemory provider").And.Message.Contains("a store of its own"));
    }

    [Test]
    public async Task Same_folder_as_both_parts_is_refused_with_the_remedy_and_left_as_it_was()
    {
        await using var folder = new FolderPart();
        await using var hybrid = new HybridImageProvider(folder.Open(TimeProvider.System), folder.Open(TimeProvider.System));
        using var storage = new ImageStorageManager(hybrid);

        foreach (var _ in new[] { 1, 2 })
        {
            var failure = Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync("a.png", HybridWorld.Large(1)));
            Assert.That(failure!.Message, Does.Contain("the same store").And.Contain("of its own").And.Not.Contain(folder.Path));
            Assert.That(failure.IsTransient, Is.False);
        }

        Assert.That(async () => await hybrid.CheckAsync(), Throws.TypeOf<StorageUnavailableException>());
        using var plain = folder.Open(TimeProvider.System);
        Assert.That(await plain.Documents.ListAsync("pairing/"), Is.Empty);
    }

    [Test]
    public void Hybrid_catalog_is_refused() => Assert.That(
        () => new HybridImageProvider(new HybridImageProvider(new InMemoryImageProvider(), new InMemoryImageProvider()), new InMemoryImageProvider()),
        Throws.ArgumentException.With.Message.Contains("hybrid store itself"));

    [Test]
    public async Task Hybrid_content_works()
    {
        var catalog = new InMemoryImageProvider();
        var inner = new HybridImageProvider(new InMemoryImageProvider(), new InMemoryImageProvider(), new HybridStorageOptions { InlineLimit = 2_000 });
        await using var storage = new ImageStorageManager(new HybridImageProvider(catalog, inner, new HybridStorageOptions { InlineLimit = 500 }));
        foreach (var length in new[] { 300, 1_000, 9_000 })
        {
            var bytes = Testing.SampleImages.OfLength(length, length);
            await storage.SaveBytesAsync($"{length}.png", bytes);
            Assert.That((await storage.GetBytesAsync($"{length}.png")).AsSpan().SequenceEqual(bytes), Is.True);
        }

        Assert.That((await inner.GetUsageAsync()).Count, Is.EqualTo(2));
        Assert.That(storage.ToString(), Is.EqualTo("ImageStorage(Hybrid(InMemory, above 500 bytes Hybrid(InMemory, above 2000 bytes InMemory)))"));
    }

    // A disk that is not mounted shows as an empty folder.
    [Test]
    public async Task Catalog_without_its_content_store_is_refused_and_small_images_are_still_read()
    {
        var world = new HybridWorld();
        await using (var storage = world.Storage())
        {
            await storage.SaveBytesAsync("large.png", HybridWorld.Large(1));
            await storage.SaveBytesAsync("small.png", HybridWorld.Small(1));
        }

        await using var wrong = new ImageStorageManager(Over(world.Catalog, new InMemoryImageProvider()));

        Assert.That(async () => await wrong.GetBytesAsync("large.png"), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("disk is mounted"));
        Assert.That(async () => await wrong.SaveBytesAsync("b.png", HybridWorld.Large(2)), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(async () => await wrong.DeleteAsync("large.png"), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(await wrong.GetBytesAsync("small.png"), Is.EqualTo(HybridWorld.Small(1)));
        Assert.That((await wrong.GetUsageAsync()).Count, Is.EqualTo(2));
        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Content_store_of_another_catalog_is_refused()
    {
        var (one, other) = (new HybridWorld(), new HybridWorld());
        foreach (var world in new[] { one, other })
        {
            await using var storage = world.Storage();
            await storage.SaveBytesAsync("a.png", HybridWorld.Large(1));
        }

        foreach (var catalog in new[] { one.Catalog, new InMemoryImageProvider() })
        {
            await using var wrong = Over(catalog, other.Content);
            Assert.That(async () => await wrong.CheckAsync(), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("belongs to another hybrid store"));
        }

        await other.AssertSoundAsync();
    }

    [Test]
    public async Task Exchanged_parts_are_refused_and_left_as_they_were()
    {
        var world = new HybridWorld();
        await using (var storage = world.Storage())
        {
            await storage.SaveBytesAsync("a.png", HybridWorld.Large(1));
        }

        await using (var wrong = Over(world.Content, world.Catalog))
        {
            foreach (var call in new Func<Task>[] { () => wrong.CheckAsync(), () => new ImageStorageManager(wrong).SaveBytesAsync("b.png", HybridWorld.Large(2)) })
            {
                Assert.That(async () => await call(), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("exchanged").And.Property("IsTransient").False);
            }
        }

        Assert.That(await world.Content.Documents.GetAsync(PairingDocument.OfCatalog), Is.Null);
        Assert.That(await world.Catalog.Documents.GetAsync(PairingDocument.OfContent), Is.Null);
        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Store_that_was_there_before_can_become_the_catalog()
    {
        var world = new HybridWorld();
        var plain = new ImageStorageManager(world.Catalog);
        var old = await plain.SaveBytesAsync("old.png", HybridWorld.Large(1));
        await using var storage = world.Storage();

        await storage.SaveBytesAsync("new.png", HybridWorld.Large(2));

        Assert.That(await storage.GetInfoAsync("old.png"), Is.EqualTo(old));
        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Reading_and_deleting_from_a_store_that_is_not_there_makes_none()
    {
        var (catalog, content) = (new FolderPart(), new FolderPart());
        await using (catalog)
        await using (content)
        {
            await using var storage = new ImageStorageManager(new HybridImageProvider(catalog.Open(TimeProvider.System), content.Open(TimeProvider.System)));

            Assert.That(await storage.GetBytesAsync("a.png"), Is.Null);
            Assert.That(await storage.DeleteAsync("a.png"), Is.False);
            Assert.That(Directory.EnumerateFileSystemEntries(catalog.Path).Concat(Directory.EnumerateFileSystemEntries(content.Path)), Is.Empty);
        }
    }

    [TestCase("""{ "format": 2, "group": "x", "role": "catalog" }""", typeof(StorageNotSupportedException))]
    [TestCase("""{ "format": "Something", "group": "x", "role": "catalog" }""", typeof(StorageCorruptedException))]
    [TestCase("""{ "version": 1 }""", typeof(StorageCorruptedException))]
    [TestCase("[]", typeof(StorageCorruptedException))]
    [TestCase("rubbish", typeof(StorageCorruptedException))]
    [TestCase("", typeof(StorageCorruptedException))]
    public async Task Identity_that_cannot_be_read_or_is_newer_is_refused(string document, Type failure)
    {
        var world = new HybridWorld();
        await world.Catalog.Documents.PutAsync(PairingDocument.OfCatalog, System.Text.Encoding.UTF8.GetBytes(document));
        await using var provider = world.Open();

        Assert.That(async () => await provider.CheckAsync(), Throws.TypeOf(failure));
    }

    private static HybridImageProvider Over(IImageProvider catalog, IImageProvider content) =>
        new(catalog, content, new HybridStorageOptions { InlineLimit = HybridWorld.InlineLimit, SweepInterval = null });
}
