using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>
/// Walks over all images of a store in the ordinal order of their keys, for jobs that work on every image, such as a copy
/// or a back-up. Registered as a keyed service, with the store's name as the key: the walk neither asks nor fills the cache.
/// Also an ability of a provider. Thread-safe.
/// </summary>
/// <remarks>
/// An image that is there for the whole walk is returned exactly once; an image that changes meanwhile at most once. An
/// image whose record cannot be read is part of the walk, with <see cref="WalkedImage.Unlisted"/>. An image without a known
/// key comes where it is found, and again if the walk is resumed.
/// </remarks>
[TransparentAbility]
public interface IImageWalk
{
    /// <summary>Returns the images, read on demand.</summary>
    /// <param name="options">The range of the walk; null for all images with their records.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    IAsyncEnumerable<WalkedImage> WalkAsync(WalkOptions? options = null, CancellationToken cancellationToken = default);
}

/// <summary>The range of a walk.</summary>
public sealed record WalkOptions
{
    /// <summary>Gets the key after which the walk begins, which need not exist; null, the default, for the first image.</summary>
    public ImageKey? After { get; init; }

    /// <summary>Gets the text that the keys begin with, ordinal; null, the default, for all keys.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the walk returns records; the default is <see langword="true"/>. A walk
    /// without records has keys only, and may return an image whose record cannot be read like any other image.
    /// </summary>
    public bool Records { get; init; } = true;
}
