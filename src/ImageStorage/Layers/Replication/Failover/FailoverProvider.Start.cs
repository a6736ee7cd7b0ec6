using ImageStorage.Coordination;

namespace ImageStorage.Failover;

internal sealed partial class FailoverProvider : IStartCheck
{
    Task<StorageUnavailableException?> IStartCheck.CheckAtStartAsync(CancellationToken cancellationToken) => _chain.EnsureVerifiedAsync(cancellationToken);
}
