namespace ImageStorage.Testing.NUnit;

/// <summary>What a failing medium does to a stored image.</summary>
public enum StoreDamage
{
    /// <summary>One bit changes in the middle of the stored bytes of the image itself; their number and the record stay.</summary>
    FlippedBit,

    /// <summary>The end of what is stored is missing: at least one byte of the image itself and, where the record lies behind it, the record.</summary>
    Truncated,
}
