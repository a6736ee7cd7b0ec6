using ImageStorage.Caching;
using ImageStorage.Tests.Caching.Disk;
using ImageStorage.Tests.Caching.Distributed;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Caching.Sharing;

/// <summary>
/// Two stores, such as staging and production, with the same distributed cache, the same cache folder and the same
/// settings. Neither store may serve an image of the other.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class SharedPlacesTests : IDisposable
{
    private static readonly ImageKey Key = "users/1/avatar.png";
    private readonly FakeTimeProvider _clock = new();
    private readonly FaultyCache _distributed = new();
    private readonly CacheFolder _folder = new();
    private readonly RecordingLogger _log = new(LogLevel.Information);

    [Test]
    public async Task Two_stores_with_the_same_settings_see_only_their_own_images([Values] StoreKind kind, [Values] bool isOnDisk)
    {
        var (production, staging) = (new ComposedStore(kind, _clock), new ComposedStore(kind, _clock));
        await using (var one = Open(production, isOnDisk))
        {
            await one.Storage.SaveBytesAsync(Key, CachedStore.Image(1));
            await one.Storage.GetBytesAsync(Key);
            Assert.That(isOnDisk ? _folder.Entries.Count : _distributed.Count, Is.Positive, "there must be something that the other one could take");
        }

        await using (var other = Open(staging, isOnDisk))
        {
            Assert.That(await other.Storage.GetBytesAsync(Key), Is.Null);
            Assert.That(await other.Storage.GetInfoAsync(Key), Is.Null);
            await other.Storage.SaveBytesAsync(Key, CachedStore.Image(2));
            Assert.That(await other.Storage.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(2)));
        }

        await using var again = Open(production, isOnDisk);
        Assert.That(await again.Storage.GetBytesAsync(Key), Is.EqualTo(CachedStore.Image(1)));
        var statistics = again.Cache.GetStatistics();
        Assert.That((isOnDisk ? statistics.Disk : statistics.Distributed)!.Hits, Is.EqualTo(1), "its own is still there, and is used");
    }

    public void Dispose() => _folder.Dispose();

    private Process Open(ComposedStore store, bool isOnDisk)
    {
        var options = new CacheOptions();
        options.Memory.SizeLimitBytes = 1 << 20;
        options.Memory.MaxItemBytes = isOnDisk ? 1 : 1 << 20;
        options.Disk.Path = isOnDisk ? _folder.Path : null;
        options.Distributed.Enabled = !isOnDisk;
        return new Process(new CachingProvider(store.Open(), options, _clock, new CacheServices(Distributed: _distributed, Logging: new SingleLogger(_log))), _clock);
    }

    private sealed class Process(CachingProvider cache, TimeProvider clock) : IAsyncDisposable
    {
        public CachingProvider Cache { get; } = cache;

        public ImageStorageManager Storage { get; } = new(cache, null, clock);

        public ValueTask DisposeAsync() => Storage.DisposeAsync();
    }
}
