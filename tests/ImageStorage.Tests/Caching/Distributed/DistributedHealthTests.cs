using ImageStorage.Caching;
using ImageStorage.Caching.Entries;
using ImageStorage.Providers;
using ImageStorage.Tests.Caching.Disk;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching.Distributed;

/// <summary>
/// A distributed cache that connects slowly or fails in part. No read may fail or wait for the cache.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class DistributedHealthTests : IAsyncDisposable
{
    private static readonly ImageKey Key = "k.png";
    private static readonly ImageKey Other = "other.png";
    private readonly DiskStore _store = new(isShared: true, isInMemory: true);
    private readonly FaultyCache _cache = new();

    private IEnumerable<LogLevel> Levels => _store.Log.Entries.Select(entry => entry.Level);

    [Test]
    public async Task Connecting_has_its_own_time_limit_and_no_read_waits_for_it()
    {
        var connected = new TaskCompletionSource();
        _cache.Before = _ => connected.Task;
        var process = Open();
        await process.SaveAsync(Key, 1);
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        _store.Clock.Advance(TimeSpan.FromSeconds(3));
        await process.Cache.ClearAsync();
        Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));

        Assert.That((_cache.Gets, _cache.Sets), Is.EqualTo((1, 0)), "one call connects, and nothing else is called before it has");
        connected.SetResult();
        await process.Cache.WarmUpAsync(default);
        await process.Cache.ClearAsync();
        await process.ReadAsync(Key);
        Assert.That(_cache.Sets, Is.EqualTo(1));
        Assert.That(process.Cache.GetStatistics().Distributed!.Faults, Is.Zero);
        Assert.That(Levels, Is.Empty);
    }

    [Test]
    public async Task Server_that_never_answers_is_logged_once_and_tried_again()
    {
        _cache.Before = _ => new TaskCompletionSource().Task;
        var process = Open();
        await process.SaveAsync(Key, 1);
        for (var second = 0; second < 100; second++)
        {
            Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
            await process.Cache.ClearAsync();
            _store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(_cache.Gets, Is.InRange(2, 4), "each attempt takes half a minute");
        Assert.That(Levels, Is.EqualTo(new[] { LogLevel.Warning }));
    }

    [Test]
    public async Task Hanging_server_delays_a_read_by_one_timeout([Values] FaultyCache.Call hanging)
    {
        var timeout = TimeSpan.FromMilliseconds(250);
        var process = Open();
        foreach (var (key, seed) in new[] { (Key, 1), (Other, 2) })
        {
            await process.SaveAsync(key, seed);
        }

        await process.Cache.WarmUpAsync(default);
        var hangs = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cache.Hang = call =>
        {
            var isHanging = call == hanging || hangs.Task.IsCompleted;
            if (!isHanging)
            {
                return Task.CompletedTask;
            }

            hangs.TrySetResult();
            return new TaskCompletionSource().Task;
        };

        var first = hanging == FaultyCache.Call.Remove ? SaveAndReadAsync() : process.ReadAsync(Key);
        await hangs.Task;
        _store.Clock.Advance(timeout);
        Assert.That(await first.WaitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo(CachedStore.Image(1)), "the clock does not move any more");
        Assert.That(await process.ReadAsync(Other), Is.EqualTo(CachedStore.Image(2)), "nor for the next read");

        var known = process.Cache.WarmUpAsync(default);
        while (!known.IsCompleted)
        {
            // The probe may not have started its timer yet.
            _store.Clock.Advance(timeout);
            await Task.Yield();
        }

        Assert.That(Levels, Is.EqualTo(new[] { LogLevel.Warning }));

        async Task<byte[]?> SaveAndReadAsync()
        {
            await process.SaveAsync(Key, 1);
            return await process.ReadAsync(Key);
        }
    }

    [Test]
    public async Task Hosted_service_connects_before_the_application_takes_requests()
    {
        var connected = new TaskCompletionSource();
        _cache.Before = _ => connected.Task;
        await using var container = ContainerOf(_cache, _store.Clock);
        var start = container.GetServices<IHostedService>().OfType<CacheWarmUp>().Single().StartAsync(default);
        Assert.That((start.IsCompleted, _cache.Gets), Is.EqualTo((false, 1)));

        connected.SetResult();
        await start;
        var images = container.GetRequiredService<IImageStorage>();
        await images.SaveBytesAsync(Key, CachedStore.Image(1));
        await images.GetBytesAsync(Key);
        Assert.That(_cache.Sets, Is.EqualTo(1));
    }

    [Test]
    public async Task Start_is_delayed_by_at_most_ten_seconds()
    {
        _cache.Before = _ => new TaskCompletionSource().Task;
        await using var container = ContainerOf(_cache, _store.Clock);
        var start = container.GetServices<IHostedService>().OfType<CacheWarmUp>().Single().StartAsync(default);
        Assert.That(start.IsCompleted, Is.False);
        while (!start.IsCompleted)
        {
            // Another thread reads the identity of the store first.
            _store.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        await start;
    }

    [Test]
    public async Task Store_without_a_distributed_tier_is_not_opened_at_the_start()
    {
        var isOpened = false;
        var services = new ServiceCollection();
        services.AddImageStorage().UseProvider("InMemory", _ =>
        {
            isOpened = true;
            return new InMemoryImageProvider();
        }).WithCache();
        await using var container = services.BuildServiceProvider();
        await container.GetServices<IHostedService>().OfType<CacheWarmUp>().Single().StartAsync(default);

        Assert.That(isOpened, Is.False);
    }

    [Test]
    public async Task Failure_of_an_entry_affects_only_that_entry([Values] bool isReading)
    {
        var process = Open();
        await process.Cache.WarmUpAsync(default);
        var call = isReading ? FaultyCache.Call.Get : FaultyCache.Call.Set;
        _cache.Fault = (kind, name) => kind == call && IsOf(name, Key) ? new InvalidOperationException("WRONGTYPE") : null;
        foreach (var (key, seed) in new[] { (Key, 1), (Other, 2) })
        {
            await process.SaveAsync(key, seed);
            Assert.That(await process.ReadAsync(key), Is.EqualTo(CachedStore.Image(seed)));
        }

        await process.Cache.ClearAsync();
        for (var read = 0; read < 3; read++)
        {
            Assert.That(await process.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
            await process.Cache.ClearAsync();
        }

        Assert.That(_cache.Entries.Keys.Any(name => IsOf(name, Other)), Is.True);
        Assert.That(process.Cache.GetStatistics().Distributed!.Faults, Is.EqualTo(1), "it is left alone for a while");
        Assert.That(_store.Log.Entries.Single().Text, Does.StartWith("An entry"));

        _cache.Fault = (_, _) => null;
        _store.Clock.Advance(TimeSpan.FromSeconds(5));
        await process.ReadAsync(Key);
        Assert.That(_cache.Entries.Keys.Any(name => IsOf(name, Key)), Is.True, "then it is used again");
    }

    [Test]
    public async Task Many_failing_entries_do_not_pause_the_others()
    {
        var process = Open();
        for (var image = 0; image < 20; image++)
        {
            await process.SaveAsync($"{image}.png", image);
        }

        await process.Cache.WarmUpAsync(default);
        _cache.Fault = (kind, name) => kind == FaultyCache.Call.Get && Enumerable.Range(0, 10).Any(image => IsOf(name, $"{image}.png")) ? new InvalidOperationException("WRONGTYPE") : null;
        for (var image = 0; image < 20; image++)
        {
            Assert.That(await process.ReadAsync($"{image}.png"), Is.EqualTo(CachedStore.Image(image)));
        }

        Assert.That(_cache.Count, Is.EqualTo(10));
        Assert.That(Levels, Is.EqualTo(new[] { LogLevel.Warning }));
    }

    private static IEnumerable<int> Seeds => Enumerable.Range(1, TestLength.Of(1, 3));

    // A full server accepts entries after others have expired, and then refuses again.
    [Test]
    public async Task Server_that_accepts_and_refuses_entries_in_turn_is_logged_once([ValueSource(nameof(Seeds))] int seed)
    {
        var (random, isFull) = (new Random(seed), false);
        var process = Open();
        await process.SaveAsync(Key, 1);
        await process.ReadAsync(Key);
        _cache.Fault = (kind, _) => kind == FaultyCache.Call.Set && isFull ? new InvalidOperationException("OOM") : null;
        var hits = 0L;
        for (var second = 0; second < 216; second++)
        {
            isFull = second == 0 || random.Next(10) > 0;
            await process.SaveAsync(Other, second);
            Assert.That(await process.ReadAsync(Other), Is.EqualTo(CachedStore.Image(second)));
            await using (var reader = Open(TimeSpan.FromHours(1)))
            {
                Assert.That(await reader.ReadAsync(Key), Is.EqualTo(CachedStore.Image(1)));
                hits += reader.Cache.GetStatistics().Distributed!.Hits;
            }

            _store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(hits, Is.EqualTo(216), "reads must continue");
        Assert.That(_store.Log.Entries.Single().Text, Does.Contain("new entries only"));
    }

    [Test]
    public async Task Outage_has_ended_when_nothing_has_failed_for_a_minute()
    {
        var process = Open();
        await process.Cache.WarmUpAsync(default);
        var isDown = true;
        _cache.Fault = (_, _) => isDown ? new InvalidOperationException("The server is down.") : null;
        for (var second = 0; second < 300; second++)
        {
            isDown = second < 120 && second % 12 < 6;
            await process.ReadAsync(Key);
            _store.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(Levels, Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Information }));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static bool IsOf(string name, ImageKey key) => name.EndsWith($"-{EntryName.HashOf(key):x32}", StringComparison.Ordinal);

    private static ServiceProvider ContainerOf(IDistributedCache cache, FakeTimeProvider clock)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock).AddSingleton(cache);
        services.AddImageStorage().UseInMemory().WithCache(options => options.Distributed.Enabled = true);
        return services.BuildServiceProvider();
    }

    private DiskProcess Open(TimeSpan? revalidateAfter = null) => _store.Open(
        options =>
        {
            options.RevalidateAfter = revalidateAfter ?? options.RevalidateAfter;
            options.Disk.Path = null;
            options.Distributed.Enabled = true;
        },
        _cache);
}
