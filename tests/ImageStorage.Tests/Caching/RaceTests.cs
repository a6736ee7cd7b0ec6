using System.Globalization;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Caching;

/// <summary>
/// Concurrent saves, deletes, reads, evictions and clears of a few images. A read that begins after a write has
/// returned gets that version or a newer one, and all of its bytes.
/// </summary>
internal sealed class RaceTests
{
    private const int Keys = 4;
    private const int Length = 20_000;

    [Test]
    public Task No_reader_gets_an_older_version_than_the_acknowledged_one() => RunAsync(TestLength.Of(50_000, 20_000_000));

    private static async Task RunAsync(long count)
    {
        // Room for three of four images, so that each read may evict another image.
        await using var store = new CachedStore(options => (options.Memory.SizeLimitBytes, options.Memory.MaxItemBytes) = (64 << 10, 64 << 10));
        var images = Enumerable.Range(0, 64).Select(seed => SampleImages.OfLength(Length, seed)).ToArray();
        var acknowledged = new long[Keys];
        using var end = new CancellationTokenSource();
        var reads = 0L;
        var writers = Enumerable.Range(0, Keys).Select(key => Task.Run(async () =>
        {
            for (var version = 1L; !end.IsCancellationRequested; version++)
            {
                // The metadata has the number of the version, which determines the bytes.
                await store.Storage.SaveBytesAsync(KeyOf(key), images[version % 64], new SaveOptions { Metadata = new Dictionary<string, string> { ["v"] = version.ToString(CultureInfo.InvariantCulture) } });
                Volatile.Write(ref acknowledged[key], version);
                if (version % 5 == 0)
                {
                    await store.Storage.DeleteAsync(KeyOf(key));
                }
            }
        }));
        var readers = Enumerable.Range(0, 3).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (!end.IsCancellationRequested)
            {
                var key = random.Next(Keys);
                var least = Volatile.Read(ref acknowledged[key]);
                await using var image = await store.Storage.GetAsync(KeyOf(key));
                if (image is not null)
                {
                    var version = long.Parse(image.Info.Metadata["v"], CultureInfo.InvariantCulture);
                    Assert.That(version, Is.GreaterThanOrEqualTo(least), $"image {key} is stale");
                    using var bytes = new MemoryStream();
                    await image.Content.CopyToAsync(bytes);
                    Assert.That(bytes.ToArray().AsSpan().SequenceEqual(images[version % 64]), $"image {key} has the bytes of another one");
                }

                Assert.That(store.Memory.Bytes, Is.LessThanOrEqualTo(64 << 10));
                var read = Interlocked.Increment(ref reads);
                if (read % 997 == 0)
                {
                    await store.Cache.ClearAsync();
                }

                if (read == count)
                {
                    await end.CancelAsync();
                }
            }
        }));

        await Task.WhenAll([.. writers, .. readers]);

        TestContext.Out.WriteLine($"{reads} reads beside {acknowledged.Sum()} saves; {store.Cache.GetStatistics()}");
        await store.Cache.ClearAsync();
        Assert.That(store.Memory.Bytes, Is.Zero, "every holder has released its image");
    }

    private static ImageKey KeyOf(int key) => $"race/{key}.png";
}
