using ImageStorage.Caching.Disk;

namespace ImageStorage.Tests.Caching.Disk;

/// <summary>The bytes in the folder never exceed the budget, with one process or several.</summary>
internal sealed class DiskBudgetTests
{
    [TestCase(1, EvictionPolicy.Frequency)]
    [TestCase(2, EvictionPolicy.LeastRecentlyUsed)]
    public async Task Folder_is_never_over_the_budget_with_mixed_sizes(int processes, EvictionPolicy policy)
    {
        const long Limit = 2 << 20;
        await using var store = new DiskStore(isShared: true, isInMemory: true);
        var all = Enumerable.Range(0, processes).Select(_ => store.Open(options =>
        {
            (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes, options.Disk.Eviction) = (Limit, 700_000, policy);
            (options.Memory.SizeLimitBytes, options.Memory.MaxItemBytes) = (512 << 10, 100_000);
        })).ToArray();
        var random = new Random(20261125);
        var images = Enumerable.Range(0, 60).Select(seed => CachedStore.Image(seed, random.Next(100) switch { < 60 => random.Next(100, 20_000), < 90 => random.Next(20_000, 200_000), _ => random.Next(200_000, 900_000) })).ToArray();
        for (var image = 0; image < images.Length; image++)
        {
            await all[0].Storage.SaveBytesAsync(KeyOf(image), images[image]);
        }

        using var end = new CancellationTokenSource();
        var most = 0L;
        var sampler = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                // An entry may be counted twice while it is moved between folders, so an excess is checked again with
                // the ledger held.
                var counted = store.Folder.CountedBytes;
                if (counted > Limit)
                {
                    counted = CountLocked(store.Folder);
                }

                most = Math.Max(most, counted);
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(async () =>
        {
            var mine = new Random(seed);
            var process = all[seed % processes];
            for (var read = 0; read < 250; read++)
            {
                var image = mine.Next(images.Length);
                Assert.That((await process.ReadAsync(KeyOf(image))).AsSpan().SequenceEqual(images[image]));
                Assert.That(process.Disk.Bytes, Is.LessThanOrEqualTo(Limit));
                Assert.That(process.Memory.Bytes, Is.LessThanOrEqualTo(512 << 10));
            }
        })));
        await end.CancelAsync();
        await sampler;

        Assert.That(most, Is.LessThanOrEqualTo(Limit).And.GreaterThan(Limit / 2));
        Assert.That(all.Sum(process => process.Disk.Evictions), Is.Positive);
        foreach (var process in all)
        {
            store.Clock.Advance(TimeSpan.FromMinutes(11));
            Assert.That(process.Disk.Bytes, Is.EqualTo(store.Folder.CountedBytes));
        }

        Assert.That(store.Warnings, Is.Empty);
    }

    [Test]
    public async Task Eviction_stops_when_all_victims_are_being_read()
    {
        await using var store = new DiskStore();
        var process = store.Open(options => (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes) = (1 << 20, 400_000));
        var open = new List<StoredImage>();
        for (var image = 0; image < 6; image++)
        {
            await process.SaveAsync(KeyOf(image), image, 300_000);
            open.Add((await process.Storage.GetAsync(KeyOf(image)))!);
            Assert.That(store.Folder.CountedBytes, Is.LessThanOrEqualTo(1 << 20));
        }

        for (var image = 0; image < 6; image++)
        {
            Assert.That((await DiskTierTests.BytesOf(open[image])).AsSpan().SequenceEqual(CachedStore.Image(image, 300_000)));
            await open[image].DisposeAsync();
        }

        Assert.That(process.Disk.Rejections, Is.Positive);
        Assert.That(store.Folder.Staged, Is.Empty);
    }

    [Test]
    public async Task Smaller_budget_after_a_restart_is_enforced()
    {
        await using var store = new DiskStore();
        await using (var before = store.Open())
        {
            for (var image = 0; image < 10; image++)
            {
                await before.SaveAsync(KeyOf(image), image, 300_000);
                await before.ReadAsync(KeyOf(image));
            }
        }

        Assert.That(store.Folder.CountedBytes, Is.GreaterThan(2 << 20));
        var process = store.Open(options => (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes) = (1 << 20, 400_000));

        Assert.That(process.Disk.Bytes, Is.LessThanOrEqualTo(1 << 20).And.EqualTo(store.Folder.CountedBytes));
    }

    [Test]
    public async Task Image_that_is_larger_than_the_budget_streams_past()
    {
        await using var store = new DiskStore();
        var process = store.Open(options => (options.Disk.SizeLimitBytes, options.Disk.MaxItemBytes) = (1 << 20, 1 << 20));
        await process.SaveAsync(KeyOf(1), 1, (1 << 20) - 100);
        var expected = CachedStore.Image(1, (1 << 20) - 100);

        Assert.That((await process.ReadAsync(KeyOf(1))).AsSpan().SequenceEqual(expected));
        Assert.That((await process.ReadAsync(KeyOf(1))).AsSpan().SequenceEqual(expected));

        Assert.That((store.Provider.Reads, process.Disk.Rejections), Is.EqualTo((2, 2L)));
        Assert.That(store.Warnings, Is.Empty);
    }

    private static long CountLocked(CacheFolder folder)
    {
        var ledger = new DiskLedger(folder.Ledger);
        while (true)
        {
            using var session = ledger.TryEnter(mayWait: true);
            if (session is not null)
            {
                return folder.CountedBytes;
            }
        }
    }

    private static ImageKey KeyOf(int image) => $"{image}.png";
}
