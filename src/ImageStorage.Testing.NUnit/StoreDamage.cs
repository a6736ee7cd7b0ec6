namespace ImageStorage.Testing.NUnit;

/// <summary>A kind of damage that a failing medium does to a stored image.</summary>
public enum StoreDamage
{
    /// <summary>One bit in the middle of the stored bytes of the image is changed; their number and the record stay.</summary>
    FlippedBit,

    /// <summary>The end of the stored data is missing: at least one byte of the image, and the record if the record is stored after the image.</summary>
    Truncated,

    /// <summary>The record of the image is changed, so that nothing of the record can be read; the bytes of the image stay.</summary>
    Record,
}
