using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IStoreIdentitySource, IStoreLocationProvider
{
    /// <summary>
    /// Derived from the id of the pair, which both replicas know, so either replica can answer. Differs from the
    /// identity of a replica that is opened without the mirror. A replaced replica makes a new pair, and therefore a
    /// new identity.
    /// </summary>
    async Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken)
    {
        await _components.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await ReadPairAsync(cancellationToken).ConfigureAwait(false) is { } pair ? StoreIdentity.Derive("mirror", pair.Pair) : null;
    }

    /// <summary>Gets the locations of both replicas.</summary>
    IReadOnlyList<string> IStoreLocationProvider.Locations => [.. StoreLocation.Of(_components.Primary.Provider), .. StoreLocation.Of(_components.Mirror.Provider)];

    private async Task<MirrorIdentity?> ReadPairAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await MirrorIdentity.ReadAsync(_components.Primary, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            return await MirrorIdentity.ReadAsync(_components.Mirror, cancellationToken).ConfigureAwait(false);
        }
    }
}
