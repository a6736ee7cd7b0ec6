using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>
/// Monitors and controls the mirror of a store. Registered for each store with a mirror, as a keyed service with the
/// store's name as key; also as <see cref="IStorageFailover"/>. Thread-safe.
/// </summary>
[TransparentAbility]
public interface IStorageMirror : IStorageFailover
{
    /// <summary>
    /// Compares all images of both replicas in key order and synchronizes the images that differ. The resync runs
    /// automatically for a new replica. Call it after a program has changed a replica directly. An image that only one
    /// replica has is copied; of two versions without a hint, the newer wins and the other is retained as an image.
    /// Safe to run concurrently with all other operations.
    /// </summary>
    /// <param name="progress">Receives the number of images compared so far.</param>
    /// <param name="cancellationToken">Cancels the resync between two images. Completed work remains.</param>
    /// <returns>The numbers of images that were compared, synchronized, in conflict and failed.</returns>
    /// <exception cref="StorageUnavailableException">A replica does not answer.</exception>
    Task<ResyncResult> ResyncAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default);
}
