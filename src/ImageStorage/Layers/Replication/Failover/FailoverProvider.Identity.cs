using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IStoreIdentitySource, IStoreLocationProvider
{
    /// <summary>Returns the identity of the primary. The identity of a fallback is never the identity of the store.</summary>
    Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken) => StoreIdentity.OfAsync(_components.UnverifiedPrimary, cancellationToken);

    /// <summary>Gets the locations of the primary and of all fallbacks.</summary>
    IReadOnlyList<string> IStoreLocationProvider.Locations =>
        [.. _components.Chain.Fallbacks.Select(fallback => fallback.Provider).Prepend(_components.UnverifiedPrimary).SelectMany(StoreLocation.Of)];
}
