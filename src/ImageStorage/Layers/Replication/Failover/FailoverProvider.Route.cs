using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IPrimaryRoute
{
    // Without the routing of what is too long for it: bytes that lie elsewhere cannot be kept aside with their record. They are not deleted either
    // when only the record is replaced, so that it can be put back; what no record names any more is swept a day later.
    IImageProvider IPrimaryRoute.Primary => _parts.BarePrimary;

    async Task IPrimaryRoute.EnsureSettledAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken)
    {
        await _parts.Pairing.EnsureAsync(0, cancellationToken).ConfigureAwait(false);
        foreach (var key in keys)
        {
            var place = await _chain.FindAsync(key, cancellationToken).ConfigureAwait(false);
            if (!place.IsPrimary)
            {
                throw new StorageUnavailableException(
                    $"Image '{key}' cannot be in a transaction yet: a write of it waits on the fallback {place.Side?.Name} for the primary {Name}, or nobody can tell. Try again when it is settled, or call IStorageFailover.ReconcileAsync.",
                    place.Failure)
                {
                    Key = key,
                    Provider = Name,
                };
            }
        }
    }
}
