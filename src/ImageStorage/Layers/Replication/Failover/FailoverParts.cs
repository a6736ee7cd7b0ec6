using ImageStorage.Coordination;
using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>Puts the parts of one failover together: which knows which is written down here only.</summary>
internal sealed class FailoverParts : IDisposable
{
    public FailoverParts(IImageProvider primary, IReadOnlyList<IImageProvider> fallbacks, IReadOnlyList<string>? names, FailoverOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        names ??= Distinct([primary, .. fallbacks]);
        SamePlaceCheck.Ensure([primary, .. fallbacks], names);
        (string Name, IImageProvider Provider)[] members = [.. names.Zip(fallbacks.Prepend(primary))];
        EnsureDurable(members);
        SingleProcessCheck.Warn(members, logger);
        Pairing = new ChainPairing(members, options.ReplaceChain, logger);
        var member = new ChainMember(primary, Pairing, 0);
        HandoffSide[] sides =
        [
            .. fallbacks.Select((fallback, index) => new HandoffSide(
                index + 1, names[index + 1], new ChainMember(fallback, Pairing, index + 1), primary.Capabilities.MaxMetadataBytes, options, clock, events, logger)),
        ];
        Chain = new HandoffChain(member, names[0], sides, Pairing);
        (Primary, BarePrimary) = (member, primary);
        Locks = new KeyLocks();
        Health = new PrimaryHealth(names[0], string.Join(", ", sides.Select(side => side.Name)), clock, events, logger);
        PrimaryClock = new PrimaryClock(clock);
        Writer = new HandoffWriter(primary.Name, Chain, Locks, PrimaryClock, clock, logger);
        var settler = new HandoffSettler(Primary, Chain, Locks, Health, PrimaryClock, options, logger);
        Entries = new HandoffEntries(member.Documents, Chain, Health);
        Reconciler = new FailoverReconciler(Chain, settler, Entries, new HandoffSweeper(clock), Health, clock, events, logger);
        Merge = new MergedListing(Primary, Chain);
    }

    // What such a fallback acknowledges in an outage would be gone with the process, and the next process would come with another, empty one.
    private static void EnsureDurable((string Name, IImageProvider Provider)[] members)
    {
        if (members[0].Provider.Capabilities.Durable && Array.Find(members, member => !member.Provider.Capabilities.Durable) is { Provider: not null } lossy)
        {
            throw FailoverErrors.NotDurable(members[0].Name, lossy.Name);
        }
    }

    /// <summary>The primary as a member of the chain: used only once its identity is verified.</summary>
    public IImageProvider Primary { get; }

    /// <summary>The primary itself.</summary>
    public IImageProvider BarePrimary { get; }

    /// <summary>Knows whether the providers belong together.</summary>
    public ChainPairing Pairing { get; }

    public HandoffChain Chain { get; }

    public KeyLocks Locks { get; }

    public PrimaryHealth Health { get; }

    public PrimaryClock PrimaryClock { get; }

    public HandoffWriter Writer { get; }

    public HandoffEntries Entries { get; }

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

    /// <summary>The names of the providers, with a number where one comes again.</summary>
    private static string[] Distinct(List<IImageProvider> chain) =>
        [.. chain.Select((provider, index) => chain.Take(index).Count(before => before.Name == provider.Name) is > 0 and var same ? $"{provider.Name} {same + 1}" : provider.Name)];
}
