using ImageStorage.Providers;

namespace ImageStorage;

/// <summary>What a store accepts.</summary>
public sealed class ValidationOptions
{
    /// <summary>The most bytes that one image may have; 50 MiB unless said otherwise.</summary>
    public long MaxLength { get; set; } = 50L << 20;

    /// <summary>
    /// Gets or sets the maximum number of pixels (width times height) of an image and of each of its frames and items: whatever a decoder
    /// would allocate at once; the default is 100,000,000.
    /// </summary>
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>
    /// Gets or sets the maximum number of bytes before the pixels of an image, which profiles, thumbnails, maker notes and texts take;
    /// at least 4 KiB, the default is 32 MiB. Headers are read while the image streams, so a long header takes no memory. Formats that an
    /// application adds read their header from one buffer, of at most 512 KiB.
    /// </summary>
    public int MaxHeaderLength { get; set; } = 32 << 20;

    /// <summary>
    /// Gets or sets the content types to accept, among those of <see cref="GetFormats"/>; null or empty for all of them. Well-known other
    /// names of a type, such as <c>image/jpg</c>, count as the type.
    /// </summary>
    public IList<string>? AllowedContentTypes { get; set; }

    /// <summary>The formats that can be recognised; add your own to accept more. By code only, not from configuration.</summary>
    public IReadOnlyList<ImageFormat> GetFormats() => _formats;

    /// <summary>Replaces the formats that can be recognised.</summary>
    public void SetFormats(IEnumerable<ImageFormat> formats)
    {
        ArgumentNullException.ThrowIfNull(formats);
        _formats = [.. formats];
    }

    private IReadOnlyList<ImageFormat> _formats = ImageFormats.Default;
}
