using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>
/// One fallback of the chain, with its hints, payloads, lease, backlog, and what this process knows of it.
/// </summary>
internal sealed class FallbackPart : IDisposable
{
    public FallbackPart(int position, string name, IImageProvider unverified, ChainPairing pairing, int primarysMaxMetadataBytes, FailoverOptions options, TimeProvider clock, IStorageEventSink events, ILogger logger)
    {
        var provider = new ChainMember(unverified, pairing, position);
        (Position, Name, Provider, UnverifiedProvider) = (position, name, provider, unverified);
        IsShared = provider.Capabilities.MultiProcess;
        Hints = new HintStore(provider.Documents);
        Payloads = new HintPayloads(provider, Math.Min(primarysMaxMetadataBytes, provider.Capabilities.MaxMetadataBytes));
        View = new HintView(Hints.IsEmptyAsync, IsShared, options.Lease, clock);
        Lease = new HintLease(provider.Documents, IsShared, options, clock);
        Backlog = new Backlog(options, clock, events, logger);
    }

    /// <summary>Gets the position in the chain: 1 is the first fallback; 0 is the primary.</summary>
    public int Position { get; }

    /// <summary>Gets the name in messages, unique in the chain.</summary>
    public string Name { get; }

    /// <summary>Gets the provider as a member of the chain, which verifies it before its first use.</summary>
    public IImageProvider Provider { get; }

    /// <summary>Gets the provider without verification.</summary>
    public IImageProvider UnverifiedProvider { get; }

    /// <summary>Gets a value that indicates whether several processes can open the fallback.</summary>
    public bool IsShared { get; }

    public HintStore Hints { get; }

    public HintPayloads Payloads { get; }

    public HintView View { get; }

    public HintLease Lease { get; }

    public Backlog Backlog { get; }

    public void Dispose() => View.Dispose();
}
