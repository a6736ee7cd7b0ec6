using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>Two parts that outlive the hybrid store over them, as disks outlive a process.</summary>
internal sealed class HybridWorld
{
    public const int InlineLimit = 1_000;

    public ManualClock Clock { get; } = new();

    public IImageProvider Catalog { get; }

    public IImageProvider Content { get; }

    public HybridWorld()
    {
        Catalog = new SharedProvider(new InMemoryImageProvider(Clock));
        Content = new SharedProvider(new InMemoryImageProvider(Clock));
    }

    public static byte[] Small(int seed) => SampleImages.OfLength(300 + (seed % 97), seed);

    public static byte[] Large(int seed) => SampleImages.OfLength(5_000 + (seed % 97), seed);

    /// <summary>A process that opens the store.</summary>
    public HybridImageProvider Open(Moments? moments = null, TimeSpan? sweepInterval = null) => new(
        moments is null ? Catalog : new WatchedPart(Catalog, "catalog", moments),
        moments is null ? Content : new WatchedPart(Content, "content", moments),
        new HybridStorageOptions { InlineLimit = InlineLimit, SweepInterval = sweepInterval },
        Clock);

    public ImageStorageManager Storage(Moments? moments = null) => new(Open(moments));

    /// <summary>The ids of the bytes in the content store.</summary>
    public async Task<List<string>> StoredIdsAsync() =>
        [.. (await AllAsync(Content)).Select(info => ContentReference.TryParseKey(info.Key.Value, out var id) ? id : info.Key.Value).Order()];

    /// <summary>The ids that records name.</summary>
    public async Task<List<string>> NamedIdsAsync() =>
        [.. (await AllAsync(Catalog)).Select(info => ContentReference.In(info.Encoding)?.Id).OfType<string>().Order()];

    /// <summary>Fails unless every image can be read, and, after a sweep a day later, the content store holds exactly the bytes of the images.</summary>
    public async Task AssertSoundAsync()
    {
        await using var storage = Storage();
        var usage = await storage.GetUsageAsync();
        long bytes = 0, count = 0;
        await foreach (var info in storage.EnumerateAsync())
        {
            var read = await storage.GetBytesAsync(info.Key);
            Assert.That(PieceContent.DigestOf(read!), Is.EqualTo(info.Digest), $"'{info.Key}' has other bytes than its record says.");
            Assert.That(info.Encoding, Is.Null);
            (bytes, count) = (bytes + info.Length, count + 1);
        }

        Assert.That((usage.Count, usage.Bytes), Is.EqualTo((count, bytes)));
        Assert.That(await NamedIdsAsync(), Is.SubsetOf(await StoredIdsAsync()));
        Clock.Advance(TimeSpan.FromHours(25));
        await using var provider = Open();
        await provider.SweepAsync();
        Assert.That(await StoredIdsAsync(), Is.EqualTo(await NamedIdsAsync()), "The sweep left or took too much.");
        await foreach (var item in provider.VerifyAsync())
        {
            Assert.That(item.Status, Is.EqualTo(VerificationStatus.Sound), $"{item}");
        }
    }

    private static async Task<List<ImageInfo>> AllAsync(IImageProvider part) => await new ImageStorageManager(part).EnumerateAsync().ToListAsync();
}
