namespace ImageStorage.Providers;

/// <summary>
/// The ability to return the free space of the medium, without counting the images. A provider without a medium of a
/// known size, such as a cloud service, does not have the ability.
/// </summary>
[TransparentAbility]
public interface IStorageSpace
{
    /// <summary>
    /// Returns the number of bytes that the medium can still store. The cost is one system call for each medium.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of bytes that are available to this process; <see langword="null"/> if the number is unknown.
    /// A store of several providers returns the number of the provider that is full first: the primary of a failover, the
    /// smaller replica of a mirror, the smaller part of a hybrid store.</returns>
    /// <exception cref="StorageUnavailableException">The medium cannot be reached.</exception>
    Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns the size of the medium in bytes, for the alert of a nearly full medium.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The size; <see langword="null"/>, the default, if the size is unknown. A store of several providers returns null:
    /// ask its parts (<see cref="IStoreParts"/>).</returns>
    /// <exception cref="StorageUnavailableException">The medium cannot be reached.</exception>
    Task<long?> GetTotalBytesAsync(CancellationToken cancellationToken = default) => Task.FromResult<long?>(null);
}
