using ImageStorage.Coordination;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IStoreIdentitySource
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
