using ImageStorage.Providers;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IPrimaryRoute
{
    IImageProvider IPrimaryRoute.Primary => _components.UnverifiedPrimary;

    bool IPrimaryRoute.IsPassedOver => _loop is not null && _components.Health.IsFailingWrites;

    void IPrimaryRoute.ReportFailedWrite(StorageUnavailableException failure) => RecordWriteFailure(failure);

    async Task IPrimaryRoute.EnsureNoHintsAsync(IReadOnlyList<ImageKey> keys, CancellationToken cancellationToken)
    {
        await _components.Pairing.EnsureAsync(0, cancellationToken).ConfigureAwait(false);
        foreach (var key in keys)
        {
            var location = await _chain.LocateAsync(key, cancellationToken).ConfigureAwait(false);
            if (!location.IsPrimary)
            {
                throw new StorageUnavailableException(
                    $"Image '{key}' cannot be in a transaction yet: the fallback {location.Fallback?.Name} has a hint of it that is not replayed to the primary {Name} yet, or may have one. Try again later, or call IStorageFailover.ReconcileAsync.",
                    location.Failure)
                {
                    Key = key,
                    Provider = Name,
                };
            }
        }
    }
}
