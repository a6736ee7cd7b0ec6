using System.Collections.Concurrent;
using System.Globalization;
using ImageStorage.FileSystem;
using ImageStorage.Testing;

namespace ImageStorage.Benchmarks.Shared;

/// <summary>The stores that are measured.</summary>
internal static class Stores
{
    private static readonly ConcurrentDictionary<int, Lazy<Task<string>>> Filled = new();

    public static ImageStorageManager Open(string folder, Durability durability, ContentIdentity identity) =>
        new(new FileSystemImageProvider(new FileSystemStorageOptions { Path = folder, Durability = durability }), new ImageStorageOptions { Identity = identity });

    /// <summary>
    /// Returns the folder of a store of so many small images, created evenly over the last year, 250 per folder. The
    /// store is created once per process; measurements must not change it.
    /// </summary>
    public static Task<string> FilledAsync(int count) => Filled.GetOrAdd(count, _ => new(() => FillAsync(count))).Value;

    private static async Task<string> FillAsync(int count)
    {
        const int Writers = 4;
        const int ImagesPerFolder = 250;
        var folder = WorkFolder.Current.New(string.Create(CultureInfo.InvariantCulture, $"store-of-{count}"));
        using (var storage = Open(folder, Durability.Relaxed, ContentIdentity.XxHash128))
        {
            var image = SampleImages.OfLength(256);
            var start = DateTimeOffset.UtcNow.AddYears(-1);
            var step = TimeSpan.FromDays(365) / count;
            var next = -1;
            async Task WriteAsync()
            {
                for (int i; (i = Interlocked.Increment(ref next)) < count;)
                {
                    var key = string.Create(CultureInfo.InvariantCulture, $"albums/{i / ImagesPerFolder:d4}/{i:x8}.png");
                    await storage.SaveBytesAsync(key, image, new SaveOptions { CreatedAt = start + (i * step) });
                }
            }

            await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(WriteAsync)));
        }

        NativeCalls.Settle();
        return folder;
    }
}
