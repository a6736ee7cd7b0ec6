using ImageStorage.LiteDb;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests;

/// <summary>A LiteDB catalog, which holds records without bytes beside images with bytes.</summary>
internal sealed class DatabaseCatalogTests
{
    private const int InlineLimit = 1 << 20;
    private readonly string _folder = TestFolder.Create();

    [TearDown]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    // P2: the number of a record without bytes is not seen among those of chunks, so after a restart an image may get the same one. When the record went while the chunks of that image
    // were pinned, they went with it, later. The transfer campaign has found it.
    [Test]
    public async Task Deletion_of_a_record_without_bytes_leaves_the_bytes_of_an_image_that_is_read_alone()
    {
        var content = new SharedProvider(new InMemoryImageProvider());
        await SaveLargeAndCloseAsync(content);
        await using var catalog = OpenCatalog();
        await using var images = new ImageStorageManager(Over(catalog, content));
        var bytes = SampleImages.OfLength(InlineLimit);
        await images.SaveBytesAsync("inline.png", bytes);
        await using (await images.GetAsync("inline.png"))
        {
            await images.DeleteAsync("large.png");
        }

        // Sweeps first.
        await catalog.CompactAsync();

        Assert.That(await images.GetBytesAsync("inline.png"), Is.EqualTo(bytes));
    }

    [Test]
    public async Task Deletion_of_a_record_without_bytes_leaves_the_bytes_of_an_image_of_the_same_commit_alone()
    {
        var content = new SharedProvider(new InMemoryImageProvider());
        await SaveLargeAndCloseAsync(content);
        await using var catalog = OpenCatalog();
        await using var hybrid = Over(catalog, content);
        var bytes = SampleImages.OfLength(200);
        await using (var prepared = await hybrid.PrepareAsync(new PutRequest { Key = "inline.png", Content = new PieceContent(bytes, 100), ContentType = "image/png", Width = 1, Height = 1 }))
        {
            await hybrid.CommitAsync([new AtomicPut(prepared), new AtomicDelete("large.png", null)]);
        }

        await catalog.CompactAsync();

        await using var images = new ImageStorageManager(hybrid);
        Assert.That(await images.GetBytesAsync("inline.png"), Is.EqualTo(bytes));
    }

    private async Task SaveLargeAndCloseAsync(SharedProvider content)
    {
        await using var catalog = OpenCatalog();
        await using var hybrid = Over(catalog, content);
        await new ImageStorageManager(hybrid).SaveBytesAsync("large.png", SampleImages.OfLength(2 * InlineLimit));
    }

    private LiteDbImageProvider OpenCatalog() => new(new LiteDbStorageOptions { Path = Path.Combine(_folder, "catalog.db"), Durability = Durability.Relaxed });

    private static HybridImageProvider Over(LiteDbImageProvider catalog, SharedProvider content) =>
        new(catalog, content, new HybridStorageOptions { InlineLimit = InlineLimit, SweepInterval = null });
}
