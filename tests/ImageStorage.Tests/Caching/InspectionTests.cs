using ImageStorage.Providers;
using ImageStorage.Tests.Caching.Disk;
using ImageStorage.Tests.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;

namespace ImageStorage.Tests.Caching;

/// <summary><see cref="IImageCache.InspectAsync"/>: which tiers have an image, without an effect on the cache.</summary>
internal sealed class InspectionTests
{
    private static readonly ImageKey Key = "k.png";

    [Test]
    public async Task Each_tier_reports_its_entry_with_size_age_and_accesses()
    {
        await using var store = new DiskStore(isShared: true, isInMemory: true);
        var process = store.Open(options => options.Distributed.Enabled = true, new FaultyCache());
        Assert.That(await process.Cache.InspectAsync(Key), Is.Empty);
        var saved = await process.SaveAsync(Key, 1);
        Assert.That(await process.Cache.InspectAsync(Key), Is.Empty, "a save fills no tier");

        // So long after the write, this process trusts the time that a distributed entry states.
        store.Clock.Advance(TimeSpan.FromSeconds(11));
        await process.ReadAsync(Key);
        store.Clock.Advance(TimeSpan.FromSeconds(10));
        await process.ReadAsync(Key);
        await process.ReadAsync(Key);
        var entries = await process.Cache.InspectAsync(Key);

        Assert.That(entries.Select(entry => entry.Tier), Is.EqualTo(new[] { CacheTier.Memory, CacheTier.Disk, CacheTier.Distributed }));
        Assert.That(entries.Select(entry => (entry.ETag, entry.Age, entry.IsFresh)), Is.All.EqualTo((saved.ETag, TimeSpan.FromSeconds(10), true)));
        Assert.That(entries.Select(entry => entry.Accesses), Is.EqualTo(new long?[] { 2, 0, null }));
        Assert.That(entries[0].Bytes, Is.EqualTo(process.Memory.Bytes));
        Assert.That(entries[1].Bytes, Is.EqualTo(process.Disk.Bytes - ImageStorage.Caching.Disk.DiskTier.FixedBytes));
        Assert.That(entries[2].Bytes, Is.InRange(5000, 6000));

        store.Clock.Advance(TimeSpan.FromSeconds(20));
        Assert.That((await process.Cache.InspectAsync(Key)).Select(entry => entry.IsFresh), Is.EqualTo(new[] { false, false, false }), "the provider is asked first");
        await process.Cache.InvalidateAsync(Key);
        Assert.That(await process.Cache.InspectAsync(Key), Is.Empty);
    }

    [Test]
    public async Task Inspection_counts_no_read_and_changes_no_order()
    {
        await using var store = new DiskStore(isInMemory: true);
        var process = store.Open(options =>
        {
            // Three images of 20 KiB have room.
            options.Memory.Eviction = EvictionPolicy.LeastRecentlyUsed;
            options.Memory.SizeLimitBytes = 64 << 10;
            options.Memory.MaxItemBytes = 20 << 10;
            options.Distributed.Enabled = true;
        }, new FaultyCache());
        foreach (var key in new[] { "1.png", "2.png", "3.png" })
        {
            await process.SaveAsync(key, 1, 20_000);
            await process.ReadAsync(key);
        }

        var before = process.Cache.GetStatistics();
        for (var inspection = 0; inspection < 5; inspection++)
        {
            Assert.That(await process.Cache.InspectAsync("1.png"), Has.Count.EqualTo(3));
            Assert.That(await process.Cache.InspectAsync("missing.png"), Is.Empty);
        }

        Assert.That(process.Cache.GetStatistics(), Is.EqualTo(before));
        await process.SaveAsync("4.png", 1, 20_000);
        await process.ReadAsync("4.png");
        Assert.That((await process.Cache.InspectAsync("1.png")).Select(entry => entry.Tier), Has.None.EqualTo(CacheTier.Memory), "the image that was read longest ago is evicted");
        Assert.That((await process.Cache.InspectAsync("2.png")).Select(entry => entry.Tier), Has.One.EqualTo(CacheTier.Memory));
    }

    [Test]
    public async Task File_of_an_earlier_start_is_reported_and_not_fresh()
    {
        await using var store = new DiskStore();
        await using (var before = store.Open())
        {
            await before.SaveAsync(Key, 1);
            await before.ReadAsync(Key);
        }

        var process = store.Open();
        var entry = (await process.Cache.InspectAsync(Key)).Single();

        Assert.That((entry.Tier, entry.IsFresh, entry.Accesses), Is.EqualTo((CacheTier.Disk, false, 0L)));
        Assert.That((store.Provider.Reads, store.Provider.Infos), Is.EqualTo((1, 0)));
        store.Clock.Advance(TimeSpan.FromHours(24));
        Assert.That(await process.Cache.InspectAsync(Key), Is.Empty, "it has expired");
    }

    [Test]
    public async Task Memory_of_the_application_is_reported()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        using var memory = new MemoryCache(new MemoryCacheOptions());
        var options = new CacheOptions();
        options.Memory.Store = MemoryStore.Application;
        await using var cache = new ImageStorage.Caching.CachingProvider(new InMemoryImageProvider(clock), options, clock, new ImageStorage.Caching.CacheServices(memory));
        await using var storage = new ImageStorageManager(cache, null, clock);
        await storage.SaveBytesAsync(Key, CachedStore.Image(1));
        await storage.GetBytesAsync(Key);
        clock.Advance(TimeSpan.FromMinutes(1));
        await storage.GetBytesAsync(Key);

        var entry = (await cache.InspectAsync(Key)).Single();

        Assert.That((entry.Tier, entry.Bytes, entry.Age, entry.Accesses, entry.IsFresh), Is.EqualTo((CacheTier.Memory, 5000L, TimeSpan.FromMinutes(1), 1L, true)));
    }

    [Test]
    public async Task Server_that_is_down_has_no_entry()
    {
        await using var store = new DiskStore(isShared: true, isInMemory: true);
        var distributed = new FaultyCache();
        var process = store.Open(options => options.Distributed.Enabled = true, distributed);
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);
        distributed.Before = _ => throw new IOException("It is down.");

        Assert.That((await process.Cache.InspectAsync(Key)).Select(entry => entry.Tier), Is.EqualTo(new[] { CacheTier.Memory, CacheTier.Disk }));
        Assert.That(() => process.Cache.InspectAsync(Key, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
