using ImageStorage.Benchmarks.Shared;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Work;

/// <summary>The first page of a store of many small images on any provider.</summary>
/// <param name="provider">The provider. This object disposes it.</param>
/// <param name="writers">The number of concurrent saves while the store is filled.</param>
internal sealed class NewestWork(IImageProvider provider, int writers) : IDisposable
{
    private const int PageLength = 50;
    private const int RareEvery = 1000;
    private const string RareTag = "rare";
    private readonly ImageStorageManager _storage = new(provider, new ImageStorageOptions { Identity = ContentIdentity.XxHash128 });

    /// <summary>
    /// Saves so many images, created evenly over the last year; every thousandth has a tag of its own.
    /// </summary>
    public async Task FillAsync(int images)
    {
        var image = SampleImages.OfLength(256);
        var start = DateTimeOffset.UtcNow.AddYears(-1);
        var step = TimeSpan.FromDays(365) / images;
        var next = -1;
        async Task WriteAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < images;)
            {
                await _storage.SaveBytesAsync(Names.Next(), image, new SaveOptions { CreatedAt = start + (i * step), Tags = i % RareEvery == 0 ? [RareTag] : [] });
            }
        }

        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(WriteAsync)));
        NativeCalls.Settle();
    }

    public Task NewestAsync(int count) => ListAsync(new ImageQuery { Limit = PageLength }, PageLength, count);

    /// <summary>Reads a page of images with the rare tag.</summary>
    public Task RareAsync(int count, int expected) => ListAsync(new ImageQuery { Limit = PageLength, Tag = RareTag }, Math.Min(PageLength, expected), count);

    public static int RareOf(int images) => ((images - 1) / RareEvery) + 1;

    public void Dispose() => _storage.Dispose();

    private async Task ListAsync(ImageQuery query, int expected, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var page = await _storage.ListAsync(query);
            if (page.Items.Count != expected)
            {
                throw new InvalidOperationException($"The page has {page.Items.Count} images instead of {expected}.");
            }
        }
    }
}
