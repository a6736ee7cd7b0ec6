using ImageStorage.Providers;

namespace ImageStorage.Coordination;

/// <summary>
/// The ability of a composed provider to return the identity of its store. A provider without this ability has its
/// identity among its documents. Call <see cref="StoreIdentity.OfAsync"/> to get the identity.
/// </summary>
[TransparentAbility]
internal interface IStoreIdentitySource
{
    /// <summary>Returns the identity of the store, or null while the identity is not decided yet.</summary>
    /// <exception cref="StorageUnavailableException">The provider that holds the identity does not answer.</exception>
    Task<StoreIdentity?> GetIdentityAsync(CancellationToken cancellationToken);
}
