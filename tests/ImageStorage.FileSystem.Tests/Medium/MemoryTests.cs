using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Medium;

/// <summary>
/// P5: memory does not grow with the image. Runs alone, because it counts the allocations of the process.
/// </summary>
[NonParallelizable]
public sealed class MemoryTests
{
    private const int Large = 50 << 20;
    private const long MaxForLarge = 1 << 20;

    // In a debug build the state of every asynchronous call is an object, in a release build it is not.
#if DEBUG
    private const long MaxForSmall = 8 << 10;
#else
    private const long MaxForSmall = 4 << 10;
#endif

    [Test]
    public async Task Saving_and_reading_50_MiB_takes_at_most_1_MiB()
    {
        using var folder = new TemporaryFolder();
        using var provider = Open(folder.Path);
        var storage = new ImageStorageManager(provider);
        using var source = SampleImages.StreamOfLength(Large, 1);
        source.Position = Large - 1;
        source.ReadByte();
        await SaveAsync(storage, source);
        await ReadAsync(storage);

        var saved = await AllocatedAsync(() => SaveAsync(storage, source));
        var read = await AllocatedAsync(() => ReadAsync(storage));

        TestContext.Out.WriteLine($"saving 50 MiB allocates {saved:N0} bytes, reading {read:N0}");
        Assert.That(saved, Is.LessThanOrEqualTo(MaxForLarge));
        Assert.That(read, Is.LessThanOrEqualTo(MaxForLarge));
    }

    [Test]
    public async Task Saving_and_reading_200_KB_takes_at_most_4_KiB_of_new_memory()
    {
        const int Iterations = 300;
        using var folder = new TemporaryFolder();
        using var provider = Open(folder.Path);
        var storage = new ImageStorageManager(provider);
        using var source = new MemoryStream(Pictures.Of(200_000, 1));
        for (var i = 0; i < 50; i++)
        {
            await SaveAsync(storage, source);
            await ReadAsync(storage);
        }

        var saved = await AllocatedAsync(async () =>
        {
            for (var i = 0; i < Iterations; i++)
            {
                await SaveAsync(storage, source);
            }
        }) / Iterations;
        var read = await AllocatedAsync(async () =>
        {
            for (var i = 0; i < Iterations; i++)
            {
                await ReadAsync(storage);
            }
        }) / Iterations;

        TestContext.Out.WriteLine($"saving 200 KB allocates {saved:N0} bytes, reading {read:N0}");
        Assert.That(saved, Is.LessThanOrEqualTo(MaxForSmall));
        Assert.That(read, Is.LessThanOrEqualTo(MaxForSmall));
    }

    private static FileSystemImageProvider Open(string root) => new(new FileSystemStorageOptions { Path = root, Durability = Durability.Relaxed });

    private static async Task SaveAsync(ImageStorageManager storage, Stream source)
    {
        source.Position = 0;
        await storage.SaveAsync("a.png", source);
    }

    private static async Task ReadAsync(ImageStorageManager storage)
    {
        await using var image = await storage.GetAsync("a.png");
        await image!.Content.CopyToAsync(Stream.Null);
    }

    private static async Task<long> AllocatedAsync(Func<Task> act)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        await act();
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }
}
