namespace ImageStorage;

/// <summary>How the two sides were made equal in one image.</summary>
public enum MirrorOutcome
{
    /// <summary>They were equal already.</summary>
    AlreadyEqual,

    /// <summary>The image was copied to the side that had missed it.</summary>
    Copied,

    /// <summary>The image was deleted from the side that had missed its deletion.</summary>
    Deleted,

    /// <summary>Both sides had been written without the other. One version counts now; the other one is kept as an image of its own.</summary>
    Conflict,
}
