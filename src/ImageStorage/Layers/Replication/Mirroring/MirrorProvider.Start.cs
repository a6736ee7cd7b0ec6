using ImageStorage.Coordination;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IStartCheck
{
    async Task<StorageUnavailableException?> IStartCheck.CheckAtStartAsync(CancellationToken cancellationToken)
    {
        await _parts.Pairing.EnsureAsync(cancellationToken).ConfigureAwait(false);
        return _parts.Pairing.IsPaired ? null : MirrorErrors.NotPaired(_parts.Primary.Name, _parts.Mirror.Name);
    }
}
