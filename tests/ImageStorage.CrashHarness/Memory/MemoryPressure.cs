using System.Globalization;
using ImageStorage.CrashHarness.Workload;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Memory;

/// <summary>
/// Reads a folder of images through a cache in memory, in a process with a limited heap. The images together are larger than
/// the heap, so the cache cannot use its budget completely. Every read must return the right bytes, and no budget may be lost.
/// </summary>
internal static class MemoryPressure
{
    private const int Images = 150;
    private const int Rounds = 3;
    private const int Readers = 4;
    private const int LongestImage = 900_000;

    /// <param name="arguments">The budget of the memory tier in bytes; none for the default.</param>
    public static int Run(IReadOnlyList<string> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("imagestorage-memory-");
        try
        {
            var budget = arguments is [var bytes] ? long.Parse(bytes, CultureInfo.InvariantCulture) : default(long?);
            return RunAsync(folder.FullName, budget).GetAwaiter().GetResult() ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> RunAsync(string folder, long? budget)
    {
        var options = new CacheOptions();
        await using var services = new ServiceCollection().AddImageStorage().UseFileSystem(file => (file.Path, file.Durability) = (folder, Durability.Relaxed)).WithCache(cache =>
        {
            cache.Memory.SizeLimitBytes = budget ?? cache.Memory.SizeLimitBytes;
            cache.Memory.MaxItemBytes = 1 << 20;
            options.Memory.SizeLimitBytes = cache.Memory.SizeLimitBytes;
        }).Services.BuildServiceProvider();
        var (images, cache) = (services.GetRequiredService<IImageStorage>(), services.GetRequiredService<IImageCache>());
        for (var image = 0; image < Images; image++)
        {
            await images.SaveBytesAsync(KeyOf(image), ContentOf(image));
        }

        var failures = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, Images), new ParallelOptions { MaxDegreeOfParallelism = Readers }, async (image, _) => await ReadAsync(images, image, failures));
        }

        var filled = cache.GetStatistics().Memory;
        await cache.ClearAsync();
        var cleared = cache.GetStatistics().Memory;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"available {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes}, budget {options.Memory.SizeLimitBytes}: {failures.Count} of {Images * Rounds} reads failed; {filled.Hits} hits, {filled.Entries} images of {filled.Bytes} bytes, {filled.Rejections} refused; {cleared.Entries} images of {cleared.Bytes} bytes after a clearing"));
        failures.Take(5).ToList().ForEach(Console.WriteLine);
        return failures.Count == 0 && cleared.Bytes == 0 && cleared.Entries == 0 && filled.Hits > 0;
    }

    private static async Task ReadAsync(IImageStorage images, int image, List<string> failures)
    {
        string? failure;
        try
        {
            failure = (await images.GetBytesAsync(KeyOf(image))).AsSpan().SequenceEqual(ContentOf(image)) ? null : "other bytes";
        }
        catch (Exception exception)
        {
            failure = exception.ToString();
        }

        if (failure is not null)
        {
            lock (failures)
            {
                failures.Add($"image {image}: {failure}");
            }
        }
    }

    private static ImageKey KeyOf(int image) => string.Create(CultureInfo.InvariantCulture, $"{image}.png");

    private static byte[] ContentOf(int image) =>
        SelfDescribing.Image(string.Create(CultureInfo.InvariantCulture, $"{image}~{LongestImage / 10 * ((image % 10) + 1)}"), KeyOf(image).Value);
}
