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
    /// Compares all images of both replicas in key order, then the documents, and synchronizes those that differ. The
    /// resync runs automatically for a new replica. Call it after a program has changed a replica directly. An image or
    /// document that only one replica has is copied. Of two versions of an image without a hint, the newer wins; of two
    /// versions of a document, that of the primary. The other version is retained under another name. Safe to run
    /// concurrently with all other operations.
    /// </summary>
    /// <param name="progress">Receives the number of images and documents compared so far.</param>
    /// <param name="cancellationToken">Cancels the resync between two images. Completed work remains.</param>
    /// <returns>The numbers of images and documents that were compared, synchronized, in conflict and failed.</returns>
    /// <exception cref="StorageUnavailableException">A replica does not answer.</exception>
    Task<ResyncResult> ResyncAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default);
}
