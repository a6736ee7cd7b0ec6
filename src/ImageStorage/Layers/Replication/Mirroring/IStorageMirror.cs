namespace ImageStorage;

/// <summary>The mirror of a store, for people and programs that look after it. The container has it for each store with a mirror, by the store's name; also as <see cref="IStorageFailover"/>.</summary>
public interface IStorageMirror : IStorageFailover
{
    /// <summary>
    /// Compares all images of the two sides, in the order of their keys and by pages, and makes them equal. It runs by itself for a side that is new; by hand it is for
    /// a side that was changed past the store. An image that only one side has is copied; of two versions that no note explains the newer one counts, and the other one
    /// is kept as an image of its own (see docs/mirroring.md). Safe beside everything else.
    /// </summary>
    /// <param name="progress">Told how many images have been compared.</param>
    /// <param name="cancellationToken">Ends between two images; what was done is done.</param>
    /// <exception cref="StorageUnavailableException">One of the sides does not answer.</exception>
    Task<ResyncResult> ResyncAsync(IProgress<long>? progress = null, CancellationToken cancellationToken = default);
}
