namespace ImageStorage;

/// <summary>How a store works, apart from its provider.</summary>
public sealed class ImageStorageOptions
{
    /// <summary>The hash by which images are told apart; SHA-256 unless said otherwise.</summary>
    public ContentIdentity Identity { get; set; } = ContentIdentity.Sha256;

    /// <summary>What is accepted.</summary>
    public ValidationOptions Validation { get; set; } = new();
}
