namespace ImageStorage.Failover;

/// <summary>The kind of write that a hint records.</summary>
internal enum HintKind
{
    /// <summary>The fallback has the newest version of the image.</summary>
    Save,

    /// <summary>The image was deleted.</summary>
    Delete,
}
