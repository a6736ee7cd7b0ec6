using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Two replicas, and the mirrored store over them that one process has opened.</summary>
internal sealed class MirrorPair : IAsyncDisposable
{
    private readonly List<MirrorProvider> _opened = [];
    private readonly List<StorageEvent> _events = [];
    private readonly StorageEventQueue _queue = new([], NullLogger.Instance);
    private readonly bool _isShared;

    public MirrorPair(bool isShared = false, MirrorOptions? options = null)
    {
        _isShared = isShared;
        Options = options ?? new MirrorOptions { ReconcileInterval = null, Lease = TimeSpan.Zero, RetryPause = TimeSpan.Zero };
        Primary = new MirrorTestReplica("First", Clock, isShared);
        Mirror = new MirrorTestReplica("Second", Clock, isShared);
        _ = _queue.Subscribe(_events.Add);
        Restart();
    }

    public ManualClock Clock { get; } = new();

    public MirrorOptions Options { get; }

    public MirrorTestReplica Primary { get; set; }

    public MirrorTestReplica Mirror { get; set; }

    public MirrorProvider Provider { get; private set; } = null!;

    public ImageStorageManager Storage { get; private set; } = null!;

    /// <summary>Continues as a new process without the knowledge of the process before.</summary>
    public void Restart()
    {
        Provider = Open();
        Storage = new ImageStorageManager(Provider, null, Clock);
    }

    /// <summary>Opens the two replicas as another process.</summary>
    public MirrorProvider Open(MirrorTestReplica? primary = null, MirrorTestReplica? mirror = null, TimeProvider? clock = null, Func<bool>? losesPrimary = null, Func<bool>? losesMirror = null, ILogger? logger = null)
    {
        var provider = new MirrorProvider((primary ?? Primary).Open(losesPrimary), (mirror ?? Mirror).Open(losesMirror), Options, clock ?? Clock, _queue, logger ?? NullLogger.Instance);
        _opened.Add(provider);
        return provider;
    }

    public void Subscribe(Action<StorageEvent> handler) => _queue.Subscribe(handler);

    /// <summary>Another empty replica, such as a new disk.</summary>
    public MirrorTestReplica NewReplica(string name) => new(name, Clock, _isShared);

    public async Task<string?> BytesAsync(ImageKey key) => await Storage.GetBytesAsync(key) is { } bytes ? Convert.ToHexString(bytes) : null;

    public Task<ImageInfo> SaveAsync(ImageKey key, int seed) => Storage.SaveBytesAsync(key, Pair.Image(seed));

    /// <summary>All events, after all of them were delivered.</summary>
    public async Task<IReadOnlyList<StorageEvent>> EventsAsync()
    {
        await _queue.DisposeAsync();
        return _events;
    }

    /// <summary>Fails unless both replicas hold the same, to the last field of each record, and no hint exists.</summary>
    public async Task AssertEqualAsync()
    {
        var query = new ImageStorage.ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1000 };
        Assert.That((await Mirror.Store.ListAsync(query)).Items, Is.EqualTo((await Primary.Store.ListAsync(query)).Items), "The two replicas differ.");
        foreach (var replica in (MirrorTestReplica[])[Primary, Mirror])
        {
            Assert.That(await replica.Store.Documents.ListAsync("mirror/"), Is.Empty, $"{replica.Medium.Name} still says that it is ahead.");
            Assert.That(await replica.Store.Documents.ListAsync("mirror-in-doubt/"), Is.Empty, $"{replica.Medium.Name} still has hints.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var provider in _opened)
        {
            await provider.DisposeAsync();
        }

        await _queue.DisposeAsync();
    }
}
