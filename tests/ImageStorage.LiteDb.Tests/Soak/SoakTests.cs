using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Soak;

/// <summary>
/// Eight threads of mixed operations, with checkpoints and compactions. The long form is the <c>soak</c> of the crash
/// harness.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SoakTests
{
    private const int Threads = 8;
    private const int Operations = 60;
    private const int Keys = 12;

    [Test]
    public async Task Mixed_work_of_eight_threads_leaves_a_sound_store()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("IMAGESTORAGE_TEST_SEED"), out var given) ? given : Random.Shared.Next();
        await TestContext.Out.WriteLineAsync($"IMAGESTORAGE_TEST_SEED={seed}");
        using var folder = new TemporaryFolder();
        var clock = new ManualClock();
        await using var provider = new LiteDbImageProvider(new LiteDbStorageOptions { Path = folder.Combine("images.db"), CheckpointBytes = 1 << 20 }, clock);
        var storage = StoreOperation.StorageOver(provider, clock);

        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () => WorkAsync(provider, storage, new Random(seed + thread)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

        await StoreState.OfAsync(provider, clock);
        await StoreState.AssertSoundAsync(provider);
    }

    private static async Task WorkAsync(LiteDbImageProvider provider, ImageStorageManager storage, Random random)
    {
        for (var i = 0; i < Operations; i++)
        {
            ImageKey key = $"k/{random.Next(Keys)}.png";
            await (random.Next(20) switch
            {
                < 8 => storage.SaveBytesAsync(key, SampleImages.OfLength(random.Next(300, random.Next(5) == 0 ? 600_000 : 50_000), random.Next(50))),
                < 10 => storage.DeleteAsync(key),
                < 19 => ReadAsync(storage, key),
                _ => (Task)provider.CompactAsync(),
            });
        }
    }

    private static async Task ReadAsync(ImageStorageManager storage, ImageKey key)
    {
        await using var image = await storage.GetAsync(key);
        if (image is not null)
        {
            using var bytes = new MemoryStream();
            await image.Content.CopyToAsync(bytes);
            Assert.That(System.IO.Hashing.XxHash128.HashToUInt128(bytes.ToArray()), Is.EqualTo(image.Info.XxHash128));
        }
    }
}
