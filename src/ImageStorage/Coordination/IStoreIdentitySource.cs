namespace ImageStorage.Coordination;

/// <summary>
/// The ability of a provider that is composed of several providers to say which identity its store has. A provider without this ability has its
/// identity among its documents. Ask with <see cref="StoreIdentity.OfAsync"/>.
/// </summary>
internal interface IStoreIdentitySource
{
    /// <summary>Returns the identity of the store, or null while the identity is not decided yet.</summary>
    /// <exception cref="StorageUnavailableException">The provider that holds the identity does not answer.</exception>
    Task<StoreIdentity?> GetIdentityAsync(CancellationToken cancellationToken);
}
