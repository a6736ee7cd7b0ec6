using ImageStorage.Coordination;

namespace ImageStorage.Selection;

internal sealed partial class AutoImageProvider : IStoreIdentitySource
{
    /// <summary>Returns the identity of the chosen candidate.</summary>
    public async Task<StoreIdentity?> GetIdentityAsync(CancellationToken cancellationToken) =>
        await StoreIdentity.OfAsync(await ChosenAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
}
