namespace ImageStorage;

/// <summary>The failures that an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>
    /// A power cut. Everything is flushed to the medium, and the flushes are checked, before a call returns. This is
    /// the default.
    /// </summary>
    Full,

    /// <summary>The end of the process, but not a power cut. Only the flushes are omitted.</summary>
    Relaxed,
}
