using ImageStorage.Coordination;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IStartCheck
{
    async Task<StorageUnavailableException?> IStartCheck.CheckAtStartAsync(CancellationToken cancellationToken)
    {
        await _components.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return _components.Pairing.IsPaired ? null : MirrorErrors.NotPaired(_components.Primary.Name, _components.Mirror.Name);
    }
}
