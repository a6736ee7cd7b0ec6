using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Management;

/// <summary>
/// The header of an image is read while the image streams to the provider. Alone, because one test counts the allocations
/// of the process.
/// </summary>
[NonParallelizable]
public class StreamedHeaderTests
{
    private static readonly byte[] Long = SampleImages.WithMetadata(SampleImages.Jpeg(31, 17), 700_000);

    // B1: 20 MB of text before the pixels.
    [Test]
    public async Task Image_with_20_MB_of_metadata_is_accepted_by_default([Values(0, 1, 2, 3, 4)] int format)
    {
        byte[] image = format switch
        {
            0 => SampleImages.Jpeg(31, 17),
            1 => SampleImages.Png(31, 17),
            2 => SampleImages.WebP(31, 17),
            3 => SampleImages.Gif(31, 17),
            _ => SampleImages.Avif(31, 17),
        };
        using var storage = new ImageStorageManager(new InMemoryImageProvider());
        using var source = new MemoryStream(SampleImages.WithMetadata(image, 20_000_000));

        var info = await storage.SaveAsync("a", source);

        Assert.That((info.Width, info.Height, info.Length), Is.EqualTo((31, 17, source.Length)));
    }

    [Test]
    public async Task Dimensions_are_not_known_before_the_content_has_been_read_and_a_request_can_be_shown()
    {
        var provider = new LookingProvider(new InMemoryImageProvider());
        using var storage = new ImageStorageManager(provider);

        var info = await storage.SaveBytesAsync("a.jpg", Long);

        Assert.That((info.Width, info.Height), Is.EqualTo((31, 17)));
        Assert.That(provider.Before, Is.TypeOf<InvalidOperationException>());
        Assert.That(provider.Shown, Does.Contain("a.jpg"));
    }

    [Test]
    public async Task Content_that_is_read_again_is_inspected_again([Values] bool inMemory, [Values(0, 1, 2, 5, 6)] int piecesBefore)
    {
        var provider = new RewindingProvider(new InMemoryImageProvider(), piecesBefore);
        using var storage = new ImageStorageManager(provider);
        using var source = new MemoryStream(Long);

        var info = await (inMemory ? storage.SaveBytesAsync("a.jpg", Long) : storage.SaveAsync("a.jpg", source));

        Assert.That((info.Width, info.Height, info.Length), Is.EqualTo((31, 17, Long.Length)));
    }

    [Test]
    public async Task Content_that_is_refused_is_refused_again_when_it_is_read_again([Values] bool inMemory)
    {
        var options = new ImageStorageOptions();
        options.Validation.MaxPixels = 100;
        var provider = new RewindingProvider(new InMemoryImageProvider(), piecesBefore: int.MaxValue);
        using var storage = new ImageStorageManager(provider, options);
        using var source = new MemoryStream(Long);

        Assert.That(
            () => inMemory ? storage.SaveBytesAsync("a.jpg", Long) : storage.SaveAsync("a.jpg", source),
            Throws.TypeOf<ImageValidationException>().With.Property("Kind").EqualTo(ImageValidationKind.TooManyPixels));
        Assert.That(provider.FirstFailure, Is.TypeOf<ImageValidationException>());
        Assert.That(await storage.GetInfoAsync("a.jpg"), Is.Null);
    }

    // P5: a long header needs no more buffers than any other content, and the description of an AVIF has a limit.
    [Test]
    public async Task Header_of_any_length_takes_no_memory_with_its_length([Values] bool isAvif)
    {
        byte[] image = isAvif ? SampleImages.Avif() : SampleImages.Jpeg();
        var (small, large) = (SampleImages.WithMetadata(image, 1_000_000), SampleImages.WithMetadata(image, 20_000_000));
        using var storage = new ImageStorageManager(new DiscardingProvider());
        await MeasureAsync(storage, small);

        var (ofSmall, ofLarge) = (await MeasureAsync(storage, small), await MeasureAsync(storage, large));

        TestContext.Out.WriteLine($"{ofSmall} and {ofLarge} bytes allocated");
        Assert.That(ofLarge - ofSmall, Is.LessThan(64 * 1024));
    }

    // The least of several saves: a garbage collection empties the pools of buffers, and the next save allocates them.
    private static async Task<long> MeasureAsync(ImageStorageManager storage, byte[] bytes)
    {
        var least = long.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            await using var source = new SourceStream(bytes);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            await storage.SaveAsync("a", source);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    private sealed class LookingProvider(IImageProvider inner) : DelegatingImageProvider(inner)
    {
        public Exception? Before { get; private set; }

        public string? Shown { get; private set; }

        public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            Before = Assert.Catch(() => _ = request.Width);
            Shown = request.ToString();
            return base.PutAsync(request, cancellationToken);
        }
    }

    /// <summary>Reads and forgets.</summary>
    private sealed class DiscardingProvider() : DelegatingImageProvider(new InMemoryImageProvider())
    {
        public override async Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
        {
            await RewindingProvider.DrainAsync(request.Content, int.MaxValue);
            var digest = await request.Content.GetDigestAsync();
            return request.ToInfo(digest, digest.Length, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, new ImageETag("x"));
        }
    }
}
