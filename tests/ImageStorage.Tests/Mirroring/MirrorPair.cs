using ImageStorage.Diagnostics;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
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
        Assert.That(await DocumentsAsync(Mirror), Is.EqualTo(await DocumentsAsync(Primary)), "The documents of the two replicas differ.");
        Assert.That(await VersionsAsync(Mirror), Is.EqualTo(await VersionsAsync(Primary)), "The retained versions of the two replicas differ.");
        foreach (var replica in (MirrorTestReplica[])[Primary, Mirror])
        {
            Assert.That(await replica.Store.Documents.ListAsync("mirror/"), Is.Empty, $"{replica.Medium.Name} still says that it is ahead.");
            Assert.That(await replica.Store.Documents.ListAsync("mirror-in-doubt/"), Is.Empty, $"{replica.Medium.Name} still has hints.");
        }
    }

    /// <summary>The documents that both replicas must have, with their bytes.</summary>
    public static async Task<List<string>> DocumentsAsync(MirrorTestReplica replica)
    {
        var documents = new List<string>();
        foreach (var collection in (await replica.Store.Documents.ListCollectionsAsync()).Where(ImageStorage.Mirroring.MirrorDocument.Covers))
        {
            foreach (var name in await replica.Store.Documents.ListAsync(collection + "/", limit: 1000))
            {
                documents.Add($"{name}: {Convert.ToHexString((await replica.Store.Documents.GetAsync(name))!.Content.Span)}");
            }
        }

        return documents;
    }

    /// <summary>The retained versions of a replica, with those that it is known to lack.</summary>
    private static async Task<List<string>> VersionsAsync(MirrorTestReplica replica)
    {
        var retained = await replica.Store.GetAbility<IVersionKeeper>()!.ListRetainedAsync();
        var lacking = await replica.Store.Documents.ListAsync(MirrorHints.LackingPrefix, limit: 1000);
        return [.. retained.Concat(lacking.Select(name => name.Value[MirrorHints.LackingPrefix.Length..])).Order(StringComparer.Ordinal)];
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
