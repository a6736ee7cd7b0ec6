using ImageStorage.Events;
using ImageStorage.Providers;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Puts the parts of one failover together: which knows which is written down here only.</summary>
internal sealed class FailoverParts : IDisposable
{
    public FailoverParts(IImageProvider primary, IImageProvider fallback, FailoverOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        var isShared = fallback.Capabilities.MultiProcess;
        Hints = new HintStore(fallback.Documents);
        Images = new HandoffImages(fallback);
        View = new HintView(Hints.IsEmptyAsync, isShared, options.Lease, clock);
        Locks = new KeyLocks();
        Health = new PrimaryHealth(primary.Name, fallback.Name, clock, events, logger);
        PrimaryClock = new PrimaryClock(clock);
        Same = new SameStoreCheck(primary, fallback, clock);
        var lease = new HandoffLease(fallback.Documents, isShared, options, clock);
        var backlog = new Backlog(options, clock, events, logger);
        Writer = new HandoffWriter(primary.Name, Hints, Images, View, lease, backlog, Locks, PrimaryClock, clock, logger);
        var settler = new HandoffSettler(primary, fallback, Hints, Images, Locks, PrimaryClock, options, logger);
        Reconciler = new Reconciler(primary, Hints, Images, View, lease, backlog, Health, settler, clock, events, logger);
        Merge = new MergedListing(primary, Hints, Images);
    }

    public HintStore Hints { get; }

    public HandoffImages Images { get; }

    public HintView View { get; }

    public KeyLocks Locks { get; }

    public PrimaryHealth Health { get; }

    public PrimaryClock PrimaryClock { get; }

    public SameStoreCheck Same { get; }

    public HandoffWriter Writer { get; }

    public Reconciler Reconciler { get; }

    public MergedListing Merge { get; }

    public void Dispose()
    {
        Reconciler.Dispose();
        View.Dispose();
        Locks.Dispose();
    }
}
