namespace ImageStorage;

/// <summary>The progress of a preload.</summary>
public sealed record PreloadProgress
{
    /// <summary>Gets the number of images that were processed, with any outcome.</summary>
    public required long Done { get; init; }

    /// <summary>Gets the number of bytes that were read into the cache.</summary>
    public required long Bytes { get; init; }
}
