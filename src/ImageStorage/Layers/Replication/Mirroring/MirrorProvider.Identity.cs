using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

internal sealed partial class MirrorProvider : IStoreIdentitySource, IStoreLocationProvider
{
    /// <summary>
    /// Derived from the id of the group, which both replicas know, so either replica can answer. Differs from the
    /// identity of a replica that is opened without the mirror. A replaced replica makes a new group, and therefore a
    /// new identity.
    /// </summary>
    async Task<StoreIdentity?> IStoreIdentitySource.GetIdentityAsync(CancellationToken cancellationToken) =>
        await _components.Pairing.GetGroupAsync(cancellationToken).ConfigureAwait(false) is { } group ? StoreIdentity.Derive("mirror", group) : null;

    /// <summary>Gets the locations of both replicas.</summary>
    IReadOnlyList<string> IStoreLocationProvider.Locations => [.. StoreLocation.Of(_components.Primary.Provider), .. StoreLocation.Of(_components.Mirror.Provider)];
}
