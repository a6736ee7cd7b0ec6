using ImageStorage.Diagnostics;
using ImageStorage.Failover;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Selection;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Tests.Caching.Sharing;

/// <summary>A store of each composition, over parts that outlive the store and that a test can switch off.</summary>
internal sealed class ComposedStore(StoreKind kind, TimeProvider clock)
{
    private readonly TestPart[] _parts = [new("First", clock, isShared: true), new("Second", clock, isShared: true)];

    public TestPart First => _parts[0];

    public TestPart Second => _parts[1];

    /// <summary>Opens the store, as another process would.</summary>
    public IImageProvider Open()
    {
        var (first, second, events) = (First.Open(), Second.Open(), new StorageEventQueue([], NullLogger.Instance));
        return kind switch
        {
            StoreKind.Plain => first,
            StoreKind.Failover => new FailoverProvider(first, [second], new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.Zero }, clock, events, NullLogger.Instance),
            StoreKind.Mirror => new MirrorProvider(first, second, new MirrorOptions { ReconcileInterval = null, Lease = TimeSpan.Zero, RetryPause = TimeSpan.Zero }, clock, events, NullLogger.Instance),
            StoreKind.Hybrid => new HybridImageProvider(first, second, new HybridStorageOptions { InlineLimit = 100, SweepInterval = null }, clock),
            StoreKind.FirstAvailable => new AutoImageProvider(new ProviderSelector([new ProviderCandidate("First", first), new ProviderCandidate("Second", second)], clock, NullLogger.Instance)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }
}
