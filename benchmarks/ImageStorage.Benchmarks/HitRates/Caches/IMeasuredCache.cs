namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>A cache of images by number, with their lengths. The cache counts bytes without holding them.</summary>
internal interface IMeasuredCache : IDisposable
{
    /// <summary>Gets the name in tables.</summary>
    string Name { get; }

    /// <summary>Gets the bytes of the cached images, as counted by the cache where possible.</summary>
    long Bytes { get; }

    /// <summary>Requests an image and adds it if missing. Returns whether the request was a hit.</summary>
    ValueTask<bool> RequestAsync(int image);
}
