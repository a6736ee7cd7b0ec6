namespace ImageStorage.Providers;

/// <summary>
/// Gives access to the layers inside of a store, for jobs that read all images. Registered as a keyed service, with the
/// store's name as the key. Thread-safe.
/// </summary>
/// <remarks>
/// Read by these routes, and write by <see cref="IImageStorage"/>: a write by a route bypasses the cache, which would
/// return the replaced image, and publishes no event. Do not dispose the providers; the store owns them.
/// </remarks>
public interface IStoreRoute
{
    /// <summary>
    /// Gets the store without its cache. Reads return the bytes of the image, and neither ask nor fill a cache tier.
    /// </summary>
    IImageProvider Decoded { get; }

    /// <summary>
    /// Gets the store without its cache and its encoding. Reads return the bytes as the providers store them, such as
    /// encrypted bytes. Without an encoding, the bytes are those of <see cref="Decoded"/>.
    /// </summary>
    IImageProvider Stored { get; }
}
