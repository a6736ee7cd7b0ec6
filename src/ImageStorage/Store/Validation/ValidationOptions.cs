using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>Options for the validation of images before a save.</summary>
public sealed class ValidationOptions
{
    /// <summary>
    /// Gets or sets the maximum number of bytes of an image. The default is 50 MiB. The limit of the provider applies
    /// in addition.
    /// </summary>
    public long MaxLength { get; set; } = 50L << 20;

    /// <summary>
    /// Gets or sets the maximum number of pixels (width times height) of an image and of each of its frames and items,
    /// for which a decoder would allocate memory. The default is 100,000,000.
    /// </summary>
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>
    /// Gets or sets the maximum number of bytes before the pixels of an image: profiles, thumbnails, maker notes and
    /// texts. The default is 32 MiB; the minimum is 4 KiB. Headers are read while the image streams, so a long header
    /// takes no memory. Formats of an application read their header from one buffer of at most 512 KiB.
    /// </summary>
    public int MaxHeaderLength { get; set; } = 32 << 20;

    /// <summary>
    /// Gets or sets the content types to accept, among the types of <see cref="GetFormats"/>. The default is null: all
    /// of them; an empty list means the same. Well-known other names of a type, such as <c>image/jpg</c>, count as the
    /// type.
    /// </summary>
    public IList<string>? AllowedContentTypes { get; set; }

    /// <summary>
    /// Returns the formats that the store can detect. The default is <see cref="ImageFormats.Default"/>.
    /// </summary>
    public IReadOnlyList<ImageFormat> GetFormats() => _formats;

    /// <summary>Replaces the formats that the store can detect. Available in code only, not in configuration.</summary>
    /// <param name="formats">The formats, in the order of detection.</param>
    public void SetFormats(IEnumerable<ImageFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(formats);
        _formats = [.. formats];
    }

    private IReadOnlyList<ImageFormat> _formats = ImageFormats.Default;
}
