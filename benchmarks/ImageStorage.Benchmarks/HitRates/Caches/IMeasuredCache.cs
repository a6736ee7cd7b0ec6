namespace ImageStorage.Benchmarks.HitRates.Caches;

/// <summary>A cache that is asked for images by their number, and told how long they are. It holds no bytes, but counts them as if it did.</summary>
internal interface IMeasuredCache : IDisposable
{
    /// <summary>How it is called in tables.</summary>
    string Name { get; }

    /// <summary>The bytes of the images that it holds, by its own account where it has one.</summary>
    long Bytes { get; }

    /// <summary>Asks for an image, and takes it in when it is not there; answers whether it was.</summary>
    ValueTask<bool> RequestAsync(int image);
}
