using System.Globalization;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>
/// Concurrent saves, deletes, reads, evictions, expirations and clears of a few images, by one process or by two on one
/// folder. A read that begins after a write of its own process has returned gets that version or a newer one, and all
/// of its bytes. A write of another process is seen after the interval.
/// </summary>
internal sealed class DiskRaceTests
{
    private const int Keys = 4;
    private const long Limit = 1 << 20;

    [TestCase(1, false)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    [TestCase(2, true)]
    public Task No_reader_gets_an_older_version_than_the_acknowledged_one(int processes, bool isInMemory) => RunAsync(TestLength.Of(3_000, 100_000), processes, isInMemory);

    private static async Task RunAsync(long count, int processes, bool isInMemory)
    {
        await using var store = new DiskStore(isShared: true, isInMemory);
        var all = Enumerable.Range(0, processes).Select(_ => store.Open(options =>
        {
            // Room for three of four on disk, and for two in memory.
            (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes) = (Limit, 400_000);
            (options.Memory.SizeLimitBytes, options.Memory.MaxItemBytes) = (640 << 10, isInMemory ? 640 << 10 : 1);
        })).ToArray();
        var images = Enumerable.Range(0, 16).Select(seed => SampleImages.OfLength(seed % 2 == 0 ? 300_000 : 120_000, seed)).ToArray();

        // By key: the newest acknowledged version, valid for its own process at once and for all processes after the
        // interval.
        var (own, everybodys) = (new long[Keys], new long[Keys]);
        using var end = new CancellationTokenSource();
        var reads = 0L;
        var writers = Enumerable.Range(0, Keys).Select(key => Task.Run(async () =>
        {
            var process = all[key % processes];
            for (var version = 1L; !end.IsCancellationRequested; version++)
            {
                await process.Storage.SaveBytesAsync(KeyOf(key), images[version % 16], new SaveOptions { Metadata = new Dictionary<string, string> { ["v"] = version.ToString(CultureInfo.InvariantCulture) } });
                Volatile.Write(ref own[key], version);
                if (version % 5 == 0)
                {
                    await process.Storage.DeleteAsync(KeyOf(key));
                }
            }
        }));
        var readers = Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
        {
            // The first failure ends the race for all threads.
            using var _ = new Ending(end);
            var random = new Random(seed);
            var process = all[seed % processes];
            while (!end.IsCancellationRequested)
            {
                var key = random.Next(Keys);
                var least = Volatile.Read(ref key % processes == seed % processes ? ref own[key] : ref everybodys[key]);
                await using var image = await process.Storage.GetAsync(KeyOf(key));
                if (image is not null)
                {
                    var version = long.Parse(image.Info.Metadata["v"], CultureInfo.InvariantCulture);
                    Assert.That(version, Is.GreaterThanOrEqualTo(least), $"image {key} is stale");
                    Assert.That((await DiskTierTests.BytesOf(image)).AsSpan().SequenceEqual(images[version % 16]), $"image {key} has the bytes of another one");
                }

                Assert.That(process.Disk.Bytes, Is.LessThanOrEqualTo(Limit));
                var read = Interlocked.Increment(ref reads);
                if (read % 101 == 0)
                {
                    // After the interval, earlier acknowledged versions are valid for all processes. Sometimes all
                    // images expire.
                    var before = own.Select((_, index) => Volatile.Read(ref own[index])).ToArray();
                    store.Clock.Advance(read % 1010 == 0 ? TimeSpan.FromHours(25) : TimeSpan.FromSeconds(30));
                    for (var index = 0; index < Keys; index++)
                    {
                        InterlockedMax(ref everybodys[index], before[index]);
                    }
                }

                if (read % 997 == 0)
                {
                    await process.Cache.ClearAsync();
                }

                if (read == count)
                {
                    await end.CancelAsync();
                }
            }
        }));

        await Task.WhenAll([.. writers, .. readers]);

        TestContext.Out.WriteLine($"{reads} reads beside {own.Sum()} saves; {all[0].Cache.GetStatistics()}");
        foreach (var process in all)
        {
            await process.Cache.ClearAsync();
            Assert.That(process.Memory.Bytes, Is.Zero, "every holder has released its image");
        }

        Assert.That(store.Folder.Entries.Concat(store.Folder.Staged), Is.Empty);
        Assert.That(all[^1].Disk, Has.Property("Bytes").EqualTo(ImageStorage.Caching.Disk.DiskTier.FixedBytes).And.Property("Damaged").EqualTo(0));
        Assert.That(store.Warnings, Is.Empty);
    }

    private static ImageKey KeyOf(int key) => $"race/{key}.png";

    private static void InterlockedMax(ref long place, long value)
    {
        for (var seen = Volatile.Read(ref place); seen < value && Interlocked.CompareExchange(ref place, value, seen) != seen; seen = Volatile.Read(ref place))
        {
        }
    }

    private sealed class Ending(CancellationTokenSource end) : IDisposable
    {
        public void Dispose() => end.Cancel();
    }
}
