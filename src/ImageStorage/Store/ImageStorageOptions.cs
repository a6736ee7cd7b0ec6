namespace ImageStorage;

/// <summary>Options for a store, independent of its provider.</summary>
public sealed class ImageStorageOptions
{
    /// <summary>
    /// Gets or sets the hash that identifies content. The default is <see cref="ContentIdentity.Sha256"/>.
    /// </summary>
    public ContentIdentity Identity { get; set; } = ContentIdentity.Sha256;

    /// <summary>Gets or sets the rules for accepted images.</summary>
    public ValidationOptions Validation { get; set; } = new();
}
