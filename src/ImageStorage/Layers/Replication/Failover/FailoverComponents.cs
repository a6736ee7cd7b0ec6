using ImageStorage.Coordination;
using ImageStorage.Parts;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Creates and connects the components of one failover.</summary>
internal sealed class FailoverComponents : IDisposable
{
    public FailoverComponents(IImageProvider primary, IReadOnlyList<IImageProvider> fallbacks, IReadOnlyList<string>? names, FailoverOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger)
    {
        names = PartList.UniqueNames(names ?? [primary.Name, .. fallbacks.Select(fallback => fallback.Name)]);
        SameLocationCheck.Ensure([primary, .. fallbacks], names);
        (string Name, IImageProvider Provider)[] members = [.. names.Zip(fallbacks.Prepend(primary))];
        EnsureDurable(members);
        SingleProcessCheck.Warn(members, logger);
        Pairing = new ChainPairing(members, options.ReplaceChain, logger);
        var member = new ChainMember(primary, Pairing, 0);
        FallbackPart[] ordered =
        [
            .. fallbacks.Select((fallback, index) => new FallbackPart(
                index + 1, names[index + 1], fallback, Pairing, primary.Capabilities.MaxMetadataBytes, options, clock, events, logger)),
        ];
        Chain = new FallbackChain(member, names[0], ordered, Pairing);
        (Primary, UnverifiedPrimary) = (member, primary);
        Locks = new KeyLocks();
        Health = new PrimaryHealth(names[0], string.Join(", ", ordered.Select(fallback => fallback.Name)), clock, events, logger);
        PrimaryClock = new PrimaryClock(clock);
        Writer = new HintWriter(primary.Name, Chain, Locks, PrimaryClock, clock, logger);
        var replayer = new HintReplayer(Primary, Chain, Locks, Health, PrimaryClock, options, clock, events, logger);
        Entries = new HintedHistory(member.Documents, Chain, Health);
        Reconciler = new FailoverReconciler(Chain, replayer, Entries, new PayloadSweeper(clock), Health, clock, events, logger);
        Merge = new MergedListing(Primary, Chain, logger);
    }

    // Writes that a fallback in memory acknowledges would be lost with the process.
    private static void EnsureDurable((string Name, IImageProvider Provider)[] members)
    {
        if (members[0].Provider.Capabilities.Durable && Array.Find(members, member => !member.Provider.Capabilities.Durable) is { Provider: not null } lossy)
        {
            throw FailoverErrors.NotDurable(members[0].Name, lossy.Name);
        }
    }

    /// <summary>Gets the primary as a member of the chain, which verifies it before its first use.</summary>
    public IImageProvider Primary { get; }

    /// <summary>Gets the primary without verification.</summary>
    public IImageProvider UnverifiedPrimary { get; }

    /// <summary>Gets the verification of the chain.</summary>
    public ChainPairing Pairing { get; }

    public FallbackChain Chain { get; }

    public KeyLocks Locks { get; }

    public PrimaryHealth Health { get; }

    public PrimaryClock PrimaryClock { get; }

    public HintWriter Writer { get; }

    public HintedHistory Entries { get; }

    public FailoverReconciler Reconciler { get; }

    public MergedListing Merge { get; }

    public void Dispose()
    {
        Reconciler.Dispose();
        Entries.Dispose();
        Chain.Dispose();
        Pairing.Dispose();
        Locks.Dispose();
    }
}
