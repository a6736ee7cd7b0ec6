namespace ImageStorage;

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
