namespace ImageStorage;

/// <summary>Options for a store, independent of its provider.</summary>
public sealed class ImageStorageOptions
{
    /// <summary>
    /// Gets or sets the hash that identifies the content of images. The default is
    /// <see cref="ContentIdentity.Sha256"/>.
    /// </summary>
    public ContentIdentity Identity { get; set; } = ContentIdentity.Sha256;

    /// <summary>Gets or sets the options for the validation of images.</summary>
    public ValidationOptions Validation { get; set; } = new();
}
