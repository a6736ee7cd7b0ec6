namespace ImageStorage;

/// <summary>The cache of a store, for programs that fill it beforehand, empty it, and look how it does. The container has it for each store with a cache, by the store's name.</summary>
public interface IImageCache
{
    /// <summary>
    /// Reads images into the cache before anybody asks for them. What is there already is left as it is. An image that cannot be read does
    /// not end it: the result has its failure.
    /// </summary>
    /// <param name="keys">The images, each once; read from front to back as they are needed.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told after each image, from several threads but never at once.</param>
    /// <param name="cancellationToken">Ends it between and within reads; what is cached until then stays.</param>
    Task<PreloadResult> PreloadAsync(IEnumerable<ImageKey> keys, PreloadOptions? options = null, IProgress<PreloadProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Drops an image from all tiers. The next read asks the provider. Writes through the store do this by themselves.</summary>
    Task InvalidateAsync(ImageKey key, CancellationToken cancellationToken = default);

    /// <summary>Drops everything from all tiers. Images that are being read stay readable.</summary>
    Task ClearAsync(CancellationToken cancellationToken = default);

    /// <summary>What the cache did since it was made, and what it holds.</summary>
    CacheStatistics GetStatistics();
}
