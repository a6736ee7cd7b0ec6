using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests;

/// <summary>
/// A part whose medium is absent behaves like an empty store: an unmounted disk, a renamed folder. Its missing content is
/// not lost, and content that its missing records refer to is not orphaned.
/// </summary>
public class AwayTests
{
    [Test]
    public async Task Content_that_is_away_is_unavailable_and_not_damaged_until_it_is_back()
    {
        var world = new HybridWorld();
        var content = new Removable(world.Content);
        await using var provider = Open(world, content);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("large.png", HybridWorld.Large(1));
        await storage.SaveBytesAsync("small.png", HybridWorld.Small(1));

        content.Remove();

        foreach (var call in (Func<Task>[])[() => storage.GetBytesAsync("large.png"), () => Testing.NUnit.Threads.RunAsync(1, _ => VerifyAsync(provider)), () => provider.CheckAsync()])
        {
            Assert.That(async () => await call(), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("mounted"));
        }

        Assert.That(await storage.GetBytesAsync("small.png"), Is.EqualTo(HybridWorld.Small(1)));
        Assert.That(async () => await storage.SaveBytesAsync("other.png", HybridWorld.Large(2)), Throws.TypeOf<StorageUnavailableException>(), "It was saved into the empty place.");
        Assert.That(await content.Place.Documents.ListAsync("hybrid/"), Is.Empty);

        content.Return();
        Assert.That(await storage.GetBytesAsync("large.png"), Is.EqualTo(HybridWorld.Large(1)));
        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Bytes_that_are_lost_in_a_content_store_that_is_there_are_damage()
    {
        var world = new HybridWorld();
        await using var provider = Open(world, world.Content);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync("large.png", HybridWorld.Large(1));
        await world.Content.DeleteAsync(ContentReference.KeyOf((await world.StoredIdsAsync()).Single()));

        Assert.That(async () => await storage.GetBytesAsync("large.png"), Throws.TypeOf<ImageCorruptedException>());
    }

    // An absent catalog has no records: without a check, the sweep would treat all content as orphaned.
    [Test]
    public async Task Sweep_deletes_nothing_while_the_catalog_is_away()
    {
        var world = new HybridWorld();
        var catalog = new Removable(world.Catalog);
        await using var provider = new HybridImageProvider(catalog, world.Content, new HybridStorageOptions { InlineLimit = HybridWorld.InlineLimit, SweepInterval = null }, world.Clock);
        await new ImageStorageManager(provider).SaveBytesAsync("large.png", HybridWorld.Large(1));
        world.Clock.Advance(TimeSpan.FromHours(25));

        catalog.Remove();
        Assert.That(async () => await provider.SweepAsync(), Throws.TypeOf<StorageUnavailableException>().With.Message.Contains("catalog"));
        Assert.That(await world.StoredIdsAsync(), Has.Count.EqualTo(1));
        Assert.That(async () => await new ImageStorageManager(provider).SaveBytesAsync("other.png", HybridWorld.Large(2)), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(await catalog.Place.Documents.ListAsync("hybrid/"), Is.Empty, "The empty place was taken for a new store.");

        catalog.Return();
        await world.AssertSoundAsync();
    }

    private static HybridImageProvider Open(HybridWorld world, IImageProvider content) => new(world.Catalog, content, new HybridStorageOptions { InlineLimit = HybridWorld.InlineLimit, SweepInterval = null }, world.Clock);

    private static async Task VerifyAsync(HybridImageProvider provider)
    {
        await foreach (var item in provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"{item}");
        }
    }

    /// <summary>A store whose medium can be removed; an empty location then answers.</summary>
    private sealed class Removable(IImageProvider store) : DelegatingImageProvider(store)
    {
        private bool _isAway;

        public InMemoryImageProvider Place { get; } = new InMemoryImageProvider();

        public override IDocumentStore Documents => new Switching(this);

        private IImageProvider Current => _isAway ? Place : Inner;

        public void Remove() => _isAway = true;

        public void Return() => _isAway = false;

        public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => Current.PutAsync(request, cancellationToken);

        public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => Current.OpenReadAsync(key, options, cancellationToken);

        public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => Current.GetInfoAsync(key, cancellationToken);

        public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => Current.DeleteAsync(key, options, cancellationToken);

        public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => (query.Prefix is null ? Inner : Current).ListAsync(query, cancellationToken);

        private sealed class Switching(Removable part) : IDocumentStore
        {
            public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => part.Current.Documents.GetAsync(name, cancellationToken);

            public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
                part.Current.Documents.PutAsync(name, content, ifMatch, cancellationToken);

            public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => part.Current.Documents.DeleteAsync(name, ifMatch, cancellationToken);

            public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
                part.Current.Documents.ListAsync(prefix, after, limit, cancellationToken);

            public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) => part.Current.Documents.ListCollectionsAsync(cancellationToken);
        }
    }
}
