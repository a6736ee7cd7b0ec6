namespace ImageStorage;

/// <summary>The progress of a preload.</summary>
public sealed record PreloadProgress
{
    /// <summary>Gets the number of images that the preload has finished, with any result.</summary>
    public required long Done { get; init; }

    /// <summary>Gets the number of bytes that the preload has read into the cache.</summary>
    public required long Bytes { get; init; }
}
