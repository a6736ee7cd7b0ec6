namespace ImageStorage;

/// <summary>The result of a resync.</summary>
public sealed record ResyncResult
{
    /// <summary>Gets the number of images that were compared.</summary>
    public required long Compared { get; init; }

    /// <summary>Gets the number of images that differed and are now in sync.</summary>
    public required long Settled { get; init; }

    /// <summary>Gets the number of those that had two versions, one of which is retained as an image of its own.</summary>
    public required long Conflicts { get; init; }

    /// <summary>Gets the number of images that could not be synchronized, such as an image that is damaged on the only replica that has it. The log names them.</summary>
    public required long Failed { get; init; }
}
