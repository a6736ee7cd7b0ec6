using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>Creates and connects the components of a mirror.</summary>
internal sealed class MirrorComponents : IAsyncDisposable
{
    public MirrorComponents(IImageProvider primary, IImageProvider mirror, IReadOnlyList<string> names, MirrorOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger)
    {
        // A replica that only one process can open limits the other replica to that process, too.
        var isShared = primary.Capabilities.MultiProcess && mirror.Capabilities.MultiProcess;
        Primary = new MirrorReplica(names[0], primary, isShared, options, clock);
        Mirror = new MirrorReplica(names[1], mirror, isShared, options, clock);
        Locks = new KeyLocks();
        Health = new PrimaryHealth(names[0], names[1], clock, events, logger);
        var pairing = new MirrorPairing(Primary, Mirror);
        var activeWrites = new ActiveMirrorWrites(isShared, clock);
        LeaderSelector = new MirrorLeaderSelector(Primary, Mirror, pairing, options, logger);
        var synchronizer = new MirrorSynchronizer(Primary, Mirror, activeWrites, Locks, clock, events, logger);
        Synchronizer = synchronizer;
        Writer = new MirrorWriter(Primary, Mirror, LeaderSelector, synchronizer, activeWrites, Locks, Health, options, clock, events, logger);
        DocumentVersions = new MirrorDocumentVersions(Primary, Mirror);
        Versions = new MirrorVersions(Primary, Mirror, LeaderSelector, options, clock, logger);
        Repairs = new MirrorRepairs(Primary, Mirror, synchronizer, Locks, clock, events, logger);
        Resync = new MirrorResync(Primary, Mirror, synchronizer, Versions, logger);
        Reconciler = new MirrorReconciler(Primary, Mirror, pairing, synchronizer, Resync, Versions, Health, clock, events, logger);
        Pairing = pairing;
    }

    public MirrorReplica Primary { get; }

    public MirrorReplica Mirror { get; }

    public KeyLocks Locks { get; }

    public PrimaryHealth Health { get; }

    public MirrorPairing Pairing { get; }

    public MirrorLeaderSelector LeaderSelector { get; }

    public MirrorSynchronizer Synchronizer { get; }

    public MirrorWriter Writer { get; }

    public MirrorDocumentVersions DocumentVersions { get; }

    public MirrorVersions Versions { get; }

    public MirrorRepairs Repairs { get; }

    public MirrorResync Resync { get; }

    public MirrorReconciler Reconciler { get; }

    public async ValueTask DisposeAsync()
    {
        await Repairs.DisposeAsync().ConfigureAwait(false);
        Reconciler.Dispose();
        Locks.Dispose();
        await Primary.DisposeAsync().ConfigureAwait(false);
        await Mirror.DisposeAsync().ConfigureAwait(false);
    }
}
