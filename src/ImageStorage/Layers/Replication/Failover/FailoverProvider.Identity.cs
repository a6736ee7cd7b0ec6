using ImageStorage.Coordination;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IStoreIdentitySource
{
    /// <summary>Returns the identity of the primary. The identity of a fallback is never the identity of the store.</summary>
    Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken) => StoreIdentity.OfAsync(_components.UnverifiedPrimary, cancellationToken);
}
