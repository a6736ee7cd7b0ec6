using ImageStorage.Errors;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IPrimaryRoute
{
    IImageProvider IPrimaryRoute.Primary => _primary;

    async Task IPrimaryRoute.EnsureSettledAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
        {
            if (await LookAsync(key, null, cancellationToken).ConfigureAwait(false) is not null)
            {
                throw new StorageUnavailableException(
                    $"Image '{key}' cannot be in a transaction yet: a write of it waits on the fallback {_fallback.Name} for the primary {Name}. Try again when it is settled, or call IStorageFailover.ReconcileAsync.")
                {
                    Key = key,
                    Provider = Name,
                };
            }
        }
    }
}
