using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Listing;

/// <summary>A walk over a provider without the ability: every image once, in the order of the keys, from any key on.</summary>
internal sealed class WalkTests
{
    private readonly InMemoryImageProvider _provider = new();

    [OneTimeTearDown]
    public void Dispose() => _provider.Dispose();

    [OneTimeSetUp]
    public async Task SaveAsync()
    {
        var storage = new ImageStorageManager(_provider);
        for (var i = 0; i < 1_205; i++)
        {
            await storage.SaveBytesAsync($"{(i % 2 == 0 ? "even" : "odd")}/{i:0000}", SampleImages.OfLength(100, i));
        }
    }

    [TestCase(null, null, 1_205)]
    [TestCase("even/0002", null, 1_203)]
    [TestCase("even/0003", null, 1_203)]
    [TestCase(null, "odd/", 602)]
    [TestCase("odd/1199", "odd/", 2)]
    [TestCase("z", null, 0)]
    public async Task Walk_returns_every_image_after_a_key_once_in_order(string? after, string? prefix, int expected)
    {
        foreach (var records in new[] { true, false })
        {
            var walked = await _provider.WalkAsync(new WalkOptions { After = after is null ? default(ImageKey?) : (ImageKey)after, Prefix = prefix, Records = records }).ToListAsync();

            Assert.That(walked, Has.Count.EqualTo(expected));
            Assert.That(walked.Select(image => image.Key!.Value.Value), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
            Assert.That(walked, Has.All.Matches<WalkedImage>(image => image.Unlisted is null && (image.Info is not null) == records));
        }
    }

    // A page with a damaged image in its middle, as a provider returns it.
    [Test]
    public async Task Walk_returns_an_unlisted_image_in_its_place()
    {
        await using var provider = new Damaged(new InMemoryImageProvider());
        var storage = new ImageStorageManager(provider);
        foreach (var key in new[] { "a", "b", "c" })
        {
            await storage.SaveBytesAsync(key, SampleImages.OfLength(100, 1));
        }

        var walked = await provider.WalkAsync().ToListAsync();

        Assert.That(walked.Select(image => (image.Key!.Value.Value, image.Unlisted?.Name)), Is.EqualTo(new[] { ("a", (string?)null), ("b", "b"), ("c", null) }));
    }

    private sealed class Damaged(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public override async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
        {
            var page = await base.ListAsync(query, cancellationToken);
            return page with
            {
                Items = [.. page.Items.Where(info => info.Key != "b")],
                Unlisted = [.. page.Items.Where(info => info.Key == "b").Select(info => UnlistedImage.Of(info.Key, new ImageCorruptedException("m") { Reason = "r" }))],
            };
        }
    }
}
