using ImageStorage.Caching;
using ImageStorage.Caching.Distributed;
using ImageStorage.Caching.Entries;
using ImageStorage.Tests.Caching.Disk;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching.Distributed;

/// <summary>The distributed tier: saved reads of the provider, and failures that affect only the tier.</summary>
internal sealed class DistributedTierTests
{
    private static readonly ImageKey Key = "k.png";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Image_read_by_one_process_is_not_read_again_by_others()
    {
        await using var set = new Processes();
        var (one, two) = (set.Open(), set.Open());
        var saved = await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);

        Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That((await two.Storage.GetInfoAsync(Key)), Is.EqualTo(saved));

        Assert.That((set.Provider.Reads, set.Provider.Infos), Is.EqualTo((1, 0)));
        Assert.That(two.Cache.GetStatistics().Distributed, Has.Property("Hits").EqualTo(1).And.Property("Misses").EqualTo(0));
        Assert.That(set.Cache.Options!.AbsoluteExpirationRelativeToNow, Is.EqualTo(TimeSpan.FromHours(24)));
        Assert.That(two.Cache.ToString(), Does.StartWith("Caching[Memory+Distributed]("));
    }

    [Test]
    public async Task Distributed_tier_is_between_disk_and_provider_and_fills_the_disk()
    {
        await using var set = new Processes();
        using var folder = new CacheFolder();
        var one = set.Open();
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);

        await using (var two = set.Open(options => options.Disk.Path = folder.Path))
        {
            await two.ReadAsync(Key);
            Assert.That(two.Disk.Entries, Is.EqualTo(1));
        }

        var gets = set.Cache.Gets;
        var three = set.Open(options => options.Disk.Path = folder.Path);
        Assert.That(await three.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        Assert.That((set.Cache.Gets, set.Provider.Reads), Is.EqualTo((gets, 1)));
    }

    [Test]
    public async Task Expired_validation_is_renewed_for_all_processes()
    {
        await using var set = new Processes();
        var (one, two, three) = (set.Open(), set.Open(), set.Open());
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        set.Clock.Advance(Interval);

        await two.ReadAsync(Key);
        await three.ReadAsync(Key);

        Assert.That((set.Provider.Reads, set.Provider.Infos), Is.EqualTo((1, 1)));
        Assert.That(set.Cache.Options!.AbsoluteExpirationRelativeToNow, Is.EqualTo(TimeSpan.FromHours(24) - Interval), "it does not stay longer for that");
    }

    [Test]
    public async Task Write_of_another_process_is_seen_after_the_interval_at_the_latest()
    {
        await using var set = new Processes();
        var (one, two, three) = (set.Open(), set.Open(), set.Open());
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        await two.ReadAsync(Key);

        await one.SaveAsync(Key, 2);
        Assert.That(await three.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)), "the entry is gone at once");
        set.Clock.Advance(Interval);
        Assert.That(await two.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    // The other process reads the old version before the write of this process, and publishes it after the write.
    [TestCase(false)]
    [TestCase(true)]
    public async Task Old_version_that_another_process_publishes_after_a_write_of_this_process_is_not_trusted(bool isForgotten)
    {
        await using var set = new Processes();
        var (one, two) = (set.Open(), set.Open());
        await one.SaveAsync(Key, 1);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        set.Provider.BehindRead = _ =>
        {
            reached.TrySetResult();
            return gate.Task;
        };
        var late = two.ReadAsync(Key);
        await reached.Task;
        set.Provider.BehindRead = _ => Task.CompletedTask;
        await one.SaveAsync(Key, 2);
        if (isForgotten)
        {
            set.Clock.Advance(Interval - TimeSpan.FromSeconds(1));
        }

        gate.SetResult();
        Assert.That(await late, Is.EqualTo(CachedStore.Image(1)));

        Assert.That(await one.ReadAsync(Key), Is.EqualTo(CachedStore.Image(2)));
    }

    [Test]
    public void Forgotten_writes_remove_the_trust_from_all_entries_of_the_same_age()
    {
        var clock = new FakeTimeProvider();
        var writes = new RecentWrites(TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(10), clock, max: 100);
        UInt128 NameOf(int image) => EntryName.HashOf($"{image}.png");
        var start = clock.GetUtcNow();
        writes.Add(NameOf(0));
        clock.Advance(TimeSpan.FromSeconds(1));
        for (var image = 1; image <= 100; image++)
        {
            writes.Add(NameOf(image));
        }

        Assert.That(writes.IsAfterWrites(NameOf(0), start), Is.False);
        Assert.That(writes.IsAfterWrites(NameOf(999), start), Is.False, "the write of this image may have been forgotten");
        Assert.That(writes.IsAfterWrites(NameOf(999), start + TimeSpan.FromSeconds(10.5)), Is.True);
        Assert.That(writes.IsAfterWrites(NameOf(1), start + TimeSpan.FromSeconds(10.5)), Is.False);
        Assert.That(writes.IsAfterWrites(NameOf(1), start + TimeSpan.FromSeconds(11.5)), Is.True);
        clock.Advance(TimeSpan.FromSeconds(60));
        writes.Add(NameOf(5000));
        Assert.That(writes.IsAfterWrites(NameOf(5000), clock.GetUtcNow()), Is.False);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Failing_or_hanging_cache_costs_one_warning_and_no_read(bool isHanging)
    {
        await using var set = new Processes();
        var process = set.Open(options => options.Distributed.Timeout = TimeSpan.FromMilliseconds(100));
        await process.SaveAsync(Key, 1);
        await process.SaveAsync("other.png", 2);
        await process.Cache.WarmUpAsync(default);
        set.Cache.Before = _ =>
        {
            if (!isHanging)
            {
                throw new InvalidOperationException("The server is down.");
            }

            // The cache ignores its token, and the timeout elapses at once.
            var never = new TaskCompletionSource().Task;
            set.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return never;
        };

        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        await process.Cache.WarmUpAsync(default);
        Assert.That(await process.ReadAsync("other.png"), Is.EqualTo(CachedStore.Image(2)));
        await process.SaveAsync(Key, 3);
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(3)));

        Assert.That(set.Log.Entries.Count(entry => entry.Level == LogLevel.Warning), Is.EqualTo(1));
        Assert.That(process.Cache.GetStatistics().Distributed!.Faults, Is.EqualTo(1), "left alone after that");
        set.Cache.Before = _ => Task.CompletedTask;
        set.Clock.Advance(TierAvailability.RecoveryPeriod);
        await process.Cache.ClearAsync();
        await process.ReadAsync(Key);
        Assert.That(set.Log.Entries.Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    [Test]
    public async Task Damaged_entry_is_found_and_read_again()
    {
        await using var set = new Processes();
        var one = set.Open();
        await one.SaveAsync(Key, 1);
        await one.ReadAsync(Key);
        var random = new Random(20261125);
        for (var round = 0; round < 50; round++)
        {
            set.Cache.Alter = bytes =>
            {
                var damaged = (byte[])bytes.Clone();
                damaged[random.Next(round % 2 == 0 ? 500 : bytes.Length)] ^= 1;
                return round % 3 == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
            };
            await using var process = set.Open();

            Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
            Assert.That(process.Cache.GetStatistics().Distributed!.Damaged, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Cleared_cache_ignores_earlier_entries()
    {
        await using var set = new Processes();
        var process = set.Open();
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);

        await process.Cache.ClearAsync();
        await process.ReadAsync(Key);
        Assert.That(set.Provider.Reads, Is.EqualTo(2));
    }

    [Test]
    public async Task Large_image_is_not_stored_in_the_distributed_tier()
    {
        await using var set = new Processes();
        var process = set.Open(options => options.Distributed.MaxItemBytes = 4999);
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);

        Assert.That(set.Cache.Count, Is.Zero);
    }

    [Test]
    public async Task Cache_of_the_container_is_used_and_a_missing_cache_is_named()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IDistributedCache>(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())));
        services.AddImageStorage().UseInMemory().WithCache(options => options.Distributed.Enabled = true);
        await using var container = services.BuildServiceProvider();
        var storage = container.GetRequiredService<IImageStorage>();
        await storage.SaveBytesAsync(Key, CachedStore.Image(1));
        await storage.GetBytesAsync(Key);
        Assert.That(container.GetRequiredService<IImageCache>().GetStatistics().Distributed!.Misses, Is.EqualTo(1));

        var without = new ServiceCollection();
        without.AddImageStorage().UseInMemory().WithCache(options => options.Distributed.Enabled = true);
        await using var empty = without.BuildServiceProvider();
        Assert.That(() => empty.GetRequiredService<IImageStorage>(), Throws.TypeOf<OptionsValidationException>().With.Message.Contains("IDistributedCache"));
    }

    /// <summary>Processes that share a provider, a clock and a distributed cache.</summary>
    private sealed class Processes : IAsyncDisposable
    {
        private readonly DiskStore _store = new(isShared: true, isInMemory: true);

        public FaultyCache Cache { get; } = new();

        public FakeTimeProvider Clock => _store.Clock;

        public WatchedProvider Provider => _store.Provider;

        public Instrumentation.RecordingLogger Log => _store.Log;

        public DiskProcess Open(Action<CacheOptions>? configure = null) => _store.Open(
            options =>
            {
                options.Disk.Path = null;
                options.Distributed.Enabled = true;
                configure?.Invoke(options);
            },
            distributed: Cache);

        public ValueTask DisposeAsync() => _store.DisposeAsync();
    }
}
