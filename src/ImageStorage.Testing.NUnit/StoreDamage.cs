namespace ImageStorage.Testing.NUnit;

/// <summary>A kind of damage that a failing medium does to a stored image.</summary>
public enum StoreDamage
{
    /// <summary>One bit in the middle of the stored payload changes. The length and the record stay.</summary>
    FlippedBit,

    /// <summary>
    /// The end of the stored data is missing: at least one byte of the payload and, if the record follows the payload,
    /// the record.
    /// </summary>
    Truncated,
}
