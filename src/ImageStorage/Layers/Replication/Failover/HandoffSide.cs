using ImageStorage.Diagnostics;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Failover;

/// <summary>One fallback of the chain, with what is its own: notes, bytes, what this process knows of it, lease and backlog.</summary>
internal sealed class HandoffSide : IDisposable
{
    public HandoffSide(int position, string name, IImageProvider provider, int primarysMaxMetadataBytes, FailoverOptions options, TimeProvider clock, StorageEventQueue events, ILogger logger)
    {
        (Position, Name, Provider) = (position, name, provider);
        IsShared = provider.Capabilities.MultiProcess;
        Hints = new HintStore(provider.Documents);
        Images = new HandoffImages(provider, Math.Min(primarysMaxMetadataBytes, provider.Capabilities.MaxMetadataBytes));
        View = new HintView(Hints.IsEmptyAsync, IsShared, options.Lease, clock);
        Lease = new HandoffLease(provider.Documents, IsShared, options, clock);
        Backlog = new Backlog(options, clock, events, logger);
    }

    /// <summary>Its place in the chain: 1 is the first fallback; the primary is 0.</summary>
    public int Position { get; }

    /// <summary>What messages call it; no two providers of a chain have the same.</summary>
    public string Name { get; }

    public IImageProvider Provider { get; }

    /// <summary>May other processes have it open?</summary>
    public bool IsShared { get; }

    public HintStore Hints { get; }

    public HandoffImages Images { get; }

    public HintView View { get; }

    public HandoffLease Lease { get; }

    public Backlog Backlog { get; }

    public void Dispose() => View.Dispose();
}
