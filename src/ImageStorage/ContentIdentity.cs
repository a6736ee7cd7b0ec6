namespace ImageStorage;

/// <summary>The hash by which images are told apart. XXH128 is always computed, against accidents.</summary>
public enum ContentIdentity
{
    /// <summary>SHA-256, computed on another core while the image is written. The default.</summary>
    Sha256,

    /// <summary>Only XXH128: less work for those who need integrity, not identity against intent.</summary>
    XxHash128,
}
