using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Two sides, and the mirrored store over them that one process has opened.</summary>
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
        Primary = new MirrorSideOfTests("First", Clock, isShared);
        Mirror = new MirrorSideOfTests("Second", Clock, isShared);
        _ = _queue.Subscribe(_events.Add);
        Restart();
    }

    public ManualClock Clock { get; } = new();

    public MirrorOptions Options { get; }

    public MirrorSideOfTests Primary { get; set; }

    public MirrorSideOfTests Mirror { get; set; }

    public MirrorProvider Provider { get; private set; } = null!;

    public ImageStorageManager Storage { get; private set; } = null!;

    /// <summary>Goes on as a new process, which knows nothing of what the one before knew.</summary>
    public void Restart()
    {
        Provider = Open();
        Storage = new ImageStorageManager(Provider, null, Clock);
    }

    /// <summary>Opens the two sides as one more process.</summary>
    public MirrorProvider Open(MirrorSideOfTests? primary = null, MirrorSideOfTests? mirror = null, TimeProvider? clock = null, Func<bool>? losesPrimary = null, Func<bool>? losesMirror = null, ILogger? logger = null)
    {
        var provider = new MirrorProvider((primary ?? Primary).Open(losesPrimary), (mirror ?? Mirror).Open(losesMirror), Options, clock ?? Clock, _queue, logger ?? NullLogger.Instance);
        _opened.Add(provider);
        return provider;
    }

    public void Subscribe(Action<StorageEvent> handler) => _queue.Subscribe(handler);

    /// <summary>One empty side more, such as a new disk.</summary>
    public MirrorSideOfTests NewSide(string name) => new(name, Clock, _isShared);

    public async Task<string?> BytesAsync(ImageKey key) => await Storage.GetBytesAsync(key) is { } bytes ? Convert.ToHexString(bytes) : null;

    public Task<ImageInfo> SaveAsync(ImageKey key, int seed) => Storage.SaveBytesAsync(key, Pair.Image(seed));

    /// <summary>All that was told, once all of it has been handed out.</summary>
    public async Task<IReadOnlyList<StorageEvent>> EventsAsync()
    {
        await _queue.DisposeAsync();
        return _events;
    }

    /// <summary>Fails unless both sides hold the same, to the last field of each record, and nothing is noted.</summary>
    public async Task AssertEqualAsync()
    {
        var query = new ImageStorage.ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1000 };
        Assert.That((await Mirror.Store.ListAsync(query)).Items, Is.EqualTo((await Primary.Store.ListAsync(query)).Items), "The two sides differ.");
        foreach (var side in (MirrorSideOfTests[])[Primary, Mirror])
        {
            Assert.That(await side.Store.Documents.ListAsync("mirror/"), Is.Empty, $"{side.Side.Name} still says that it is ahead.");
            Assert.That(await side.Store.Documents.ListAsync("mirror-doubt/"), Is.Empty, $"{side.Side.Name} still has notes.");
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
