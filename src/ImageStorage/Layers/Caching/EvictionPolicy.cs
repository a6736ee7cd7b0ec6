namespace ImageStorage;

/// <summary>Selects which images are evicted when a tier of the cache is full.</summary>
public enum EvictionPolicy
{
    /// <summary>
    /// Evicts, of a random sample, the image with the fewest recent requests per byte (W-TinyLFU, weighed by bytes).
    /// Withstands scans and has the better hit rates. docs/design/caching.md has the figures.
    /// </summary>
    Frequency,

    /// <summary>Evicts the image that was read longest ago, exactly.</summary>
    LeastRecentlyUsed,
}
