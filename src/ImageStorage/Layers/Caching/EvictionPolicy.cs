namespace ImageStorage;

/// <summary>Which image has to go when a tier of the cache is full.</summary>
public enum EvictionPolicy
{
    /// <summary>
    /// The one that was asked for least often for each byte that it takes, of a sample (W-TinyLFU, weighed by bytes). Withstands scans, and has the better hit
    /// rates: docs/caching.md has the figures.
    /// </summary>
    Frequency,

    /// <summary>The one that was read longest ago, exactly.</summary>
    LeastRecentlyUsed,
}
