using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Mirroring;

/// <summary>Puts the parts of one mirror together: which knows which is written down here only.</summary>
internal sealed class MirrorParts : IAsyncDisposable
{
    public MirrorParts(IImageProvider primary, IImageProvider mirror, IReadOnlyList<string> names, MirrorOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        // A side that only one process can open lets only one process open the other, too.
        var isShared = primary.Capabilities.MultiProcess && mirror.Capabilities.MultiProcess;
        Primary = new MirrorSide(names[0], primary, isShared, options, clock);
        Mirror = new MirrorSide(names[1], mirror, isShared, options, clock);
        Locks = new KeyLocks();
        Health = new PrimaryHealth(names[0], names[1], clock, events, logger);
        var pairing = new MirrorPairing(Primary, Mirror);
        var writes = new MirrorWrites(isShared, clock);
        Leadership = new MirrorLeadership(Primary, Mirror, pairing, options, logger);
        var leveler = new MirrorLeveler(Primary, Mirror, writes, Locks, clock, events, logger);
        Leveler = leveler;
        Writer = new MirrorWriter(Primary, Mirror, Leadership, leveler, writes, Locks, Health, options, clock, events, logger);
        Repairs = new MirrorRepairs(Primary, Mirror, leveler, Locks, clock, events, logger);
        Resync = new MirrorResync(Primary, Mirror, leveler, logger);
        Reconciler = new MirrorReconciler(Primary, Mirror, pairing, leveler, Resync, Health, clock, events, logger);
        Pairing = pairing;
    }

    public MirrorSide Primary { get; }

    public MirrorSide Mirror { get; }

    public KeyLocks Locks { get; }

    public PrimaryHealth Health { get; }

    public MirrorPairing Pairing { get; }

    public MirrorLeadership Leadership { get; }

    public MirrorLeveler Leveler { get; }

    public MirrorWriter Writer { get; }

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
