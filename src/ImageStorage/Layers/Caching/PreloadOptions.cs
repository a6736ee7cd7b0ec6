namespace ImageStorage;

/// <summary>Options for <see cref="IImageCache.PreloadAsync"/>.</summary>
public sealed record PreloadOptions
{
    internal static PreloadOptions Default { get; } = new();

    /// <summary>Gets the number of images that are read concurrently, 1 to 256. The default is 3.</summary>
    public int MaxConcurrency { get; init; } = 3;
}
