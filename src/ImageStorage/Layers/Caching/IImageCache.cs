using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>
/// Fills, clears, inspects and monitors the cache of a store. Registered as a keyed service for each store with a cache, with the
/// store's name as key. Thread-safe.
/// </summary>
[TransparentAbility]
public interface IImageCache
{
    /// <summary>
    /// Reads images into the cache before they are requested. Images that are cached already stay as they are. An image
    /// that cannot be read does not end the preload: the result has the exception.
    /// </summary>
    /// <param name="keys">The images, each once. The sequence is enumerated as images are needed.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="progress">Receives a report after each image, from several threads but never concurrently.</param>
    /// <param name="cancellationToken">Ends the preload; images that were cached before stay.</param>
    /// <returns>The number of images with each outcome, and the failures.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<PreloadResult> PreloadAsync(IEnumerable<ImageKey> keys, PreloadOptions? options = null, IProgress<PreloadProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Drops an image from all tiers. The next read asks the provider. Writes through the store do this automatically.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="cancellationToken">Cancels the call before its start.</param>
    Task InvalidateAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>
    /// Drops all images of the store from all tiers. Images that are being read stay readable. A distributed cache
    /// cannot list its entries: this process ignores them from now on, and other processes may still use them.
    /// </summary>
    /// <param name="cancellationToken">Cancels the call before its start.</param>
    Task ClearAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Returns which tiers have an image. Does not count as a read: neither the counters nor the order of eviction
    /// change. The distributed tier is asked for the complete entry. An <c>IMemoryCache</c> or <c>IDistributedCache</c> of
    /// the application may count an access of its own.
    /// </summary>
    /// <param name="key">The image.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>
    /// One entry for each tier that has the image, the fastest tier first; empty if no tier has the image. A tier that
    /// cannot be used has no entry.
    /// </returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<IReadOnlyList<CacheTierEntry>> InspectAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>Returns the counters of the cache since its creation, and the current content of the tiers.</summary>
    CacheStatistics GetStatistics();
}
