namespace ImageStorage;

/// <summary>The result of a resync.</summary>
public sealed record ResyncResult
{
    /// <summary>Gets the number of images and documents that were compared.</summary>
    public required long Compared { get; init; }

    /// <summary>Gets the number of images and documents that differed and are now in sync.</summary>
    public required long Synchronized { get; init; }

    /// <summary>Gets the number of those that had two versions, one of which is retained under another name.</summary>
    public required long Conflicts { get; init; }

    /// <summary>Gets the number of images and documents that could not be synchronized, for example because the only copy is damaged. The log names them.</summary>
    public required long Failed { get; init; }
}
