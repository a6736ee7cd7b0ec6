namespace ImageStorage;

/// <summary>What a preload did.</summary>
public sealed record PreloadResult
{
    /// <summary>How many images were read into the cache.</summary>
    public required long Loaded { get; init; }

    /// <summary>How many bytes they have.</summary>
    public required long Bytes { get; init; }

    /// <summary>How many were there already.</summary>
    public required long AlreadyCached { get; init; }

    /// <summary>How many do not exist.</summary>
    public required long Missing { get; init; }

    /// <summary>How many the cache does not take: too large, or no room.</summary>
    public required long NotCached { get; init; }

    /// <summary>Those that could not be read, with the reason, in no order.</summary>
    public required IReadOnlyList<(ImageKey Key, ImageStorageException Failure)> Failures { get; init; }
}
