using ImageStorage.Coordination;

namespace ImageStorage.Providers;

public sealed partial class HybridImageProvider : IStartCheck
{
    async Task<StorageUnavailableException?> IStartCheck.CheckAtStartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _pairing.EnsureForReadingAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (StorageUnavailableException failure) when (failure.IsTransient)
        {
            return failure;
        }
    }
}
