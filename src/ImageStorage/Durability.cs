namespace ImageStorage;

/// <summary>What an acknowledged write survives.</summary>
public enum Durability
{
    /// <summary>A power cut: everything is flushed to the medium, and the flushes are checked, before a call returns. The default.</summary>
    Full,

    /// <summary>The end of the process, not a power cut: the flushes are left out, and nothing else.</summary>
    Relaxed,
}
