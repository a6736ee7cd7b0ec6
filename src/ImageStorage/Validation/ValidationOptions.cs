using ImageStorage.Formats;

namespace ImageStorage.Validation;

/// <summary>What a store accepts.</summary>
public sealed class ValidationOptions
{
    /// <summary>The most bytes that one image may have; 50 MiB unless said otherwise.</summary>
    public long MaxLength { get; set; } = 50L << 20;

    /// <summary>The most pixels (width times height) that a header may declare; 100,000,000 unless said otherwise.</summary>
    public long MaxPixels { get; set; } = 100_000_000;

    /// <summary>
    /// How far into an image its header may reach, 4 KiB to 512 KiB; 512 KiB unless said otherwise. Only images with
    /// very large profiles or thumbnails in front come near it.
    /// </summary>
    public int MaxHeaderLength { get; set; } = 512 << 10;

    /// <summary>The content types to accept, among those of <see cref="Formats"/>; null or empty for all of them.</summary>
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
