using ImageStorage.Coordination;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IStoreIdentitySource
{
    /// <summary>The identity of the primary. Fallbacks only stand in for it, so theirs are never used.</summary>
    Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken) => StoreIdentity.OfAsync(_parts.BarePrimary, cancellationToken);
}
