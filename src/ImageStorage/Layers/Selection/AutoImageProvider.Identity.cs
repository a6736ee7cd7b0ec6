using ImageStorage.Coordination;

namespace ImageStorage.Selection;

internal sealed partial class AutoImageProvider : IStoreIdentitySource
{
    /// <summary>
    /// The identity of the chosen candidate. Null while a preferred candidate may still take its place: an identity must not outlive the choice, and
    /// to create one would make the choice final.
    /// </summary>
    public async Task<StoreIdentity?> GetIdentityAsync(CancellationToken cancellationToken)
    {
        await _selector.ChooseAsync(cancellationToken).ConfigureAwait(false);
        return _selector.Settled is { } settled ? await StoreIdentity.OfAsync(settled.Provider, cancellationToken).ConfigureAwait(false) : null;
    }
}
