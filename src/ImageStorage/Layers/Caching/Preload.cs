namespace ImageStorage;

/// <summary>Options for <see cref="IImageCache.PreloadAsync"/>.</summary>
public sealed record PreloadOptions
{
    internal static PreloadOptions Default { get; } = new();

    /// <summary>Gets the number of images that are read concurrently, 1 to 256. The default is 3.</summary>
    public int MaxConcurrency { get; init; } = 3;
}

/// <summary>The progress of a preload.</summary>
public sealed record PreloadProgress
{
    /// <summary>Gets the number of images that were processed, with any outcome.</summary>
    public required long Done { get; init; }

    /// <summary>Gets the number of bytes that were read into the cache.</summary>
    public required long Bytes { get; init; }
}

/// <summary>The result of a preload.</summary>
public sealed record PreloadResult
{
    /// <summary>Gets the number of images that were read into the cache.</summary>
    public required long Loaded { get; init; }

    /// <summary>Gets the number of bytes of the loaded images.</summary>
    public required long Bytes { get; init; }

    /// <summary>Gets the number of images that were cached already.</summary>
    public required long AlreadyCached { get; init; }

    /// <summary>Gets the number of images that do not exist.</summary>
    public required long Missing { get; init; }

    /// <summary>Gets the number of images that the cache did not accept: too large, or no room.</summary>
    public required long NotCached { get; init; }

    /// <summary>Gets the images that could not be read, with the exception, in no order.</summary>
    public required IReadOnlyList<(ImageKey Key, ImageStorageException Failure)> Failures { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(PreloadResult),
        (nameof(Loaded), Loaded), (nameof(Bytes), Bytes), (nameof(AlreadyCached), AlreadyCached),
        (nameof(Missing), Missing), (nameof(NotCached), NotCached), (nameof(Failures), Failures));
}
