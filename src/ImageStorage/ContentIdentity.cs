namespace ImageStorage;

/// <summary>The hash that identifies the content of an image. XXH128 is always computed, to detect damage.</summary>
public enum ContentIdentity
{
    /// <summary>SHA-256, computed on another core while the image is written. This is the default.</summary>
    Sha256,

    /// <summary>
    /// Only XXH128: less work, for applications that need to detect damage and not deliberate changes.
    /// </summary>
    XxHash128,
}
