using ImageStorage.Coordination;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IStoreIdentitySource
{
    /// <summary>
    /// An identity of the pair, which both replicas know, so that either can answer alone. It differs from the identity that a replica has when it is
    /// opened without the mirror. A replaced replica makes a new pair, and so a new identity.
    /// </summary>
    async Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken)
    {
        await _parts.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return await ReadPairAsync(cancellationToken).ConfigureAwait(false) is { } pair ? StoreIdentity.Derive("mirror", pair.Pair) : null;
    }

    private async Task<MirrorIdentity?> ReadPairAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await MirrorIdentity.ReadAsync(_parts.Primary, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageUnavailableException)
        {
            return await MirrorIdentity.ReadAsync(_parts.Mirror, cancellationToken).ConfigureAwait(false);
        }
    }
}
