using ImageStorage.Coordination;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider : IStoreIdentitySource
{
    /// <summary>
    /// Derived from the identity of the catalog, and different: the catalog opened alone is another store with other
    /// records.
    /// </summary>
    async Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken) =>
        await StoreIdentity.OfAsync(_catalog, cancellationToken).ConfigureAwait(false) is { } catalog ? StoreIdentity.Derive("hybrid", catalog.Id.ToString("N")) : null;
}
