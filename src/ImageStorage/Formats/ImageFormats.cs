using ImageStorage.Formats;

namespace ImageStorage.Providers;

/// <summary>The built-in image formats.</summary>
public static class ImageFormats
{
    /// <summary>
    /// Gets JPEG (ITU-T T.81): baseline, extended and progressive, Huffman or arithmetic coded, 8 bits.
    /// </summary>
    public static ImageFormat Jpeg { get; } = new JpegFormat();

    /// <summary>Gets PNG and APNG (W3C PNG, third edition).</summary>
    public static ImageFormat Png { get; } = new PngFormat();

    /// <summary>Gets WebP (RFC 9649): lossy, lossless, extended, animated.</summary>
    public static ImageFormat WebP { get; } = new WebPFormat();

    /// <summary>Gets GIF 87a and 89a, still or animated.</summary>
    public static ImageFormat Gif { get; } = new GifFormat();

    /// <summary>Gets AVIF (AV1 Image File Format): still images and image sequences.</summary>
    public static ImageFormat Avif { get; } = new AvifFormat();

    /// <summary>Gets all built-in formats, which a store accepts by default.</summary>
    public static IReadOnlyList<ImageFormat> Default { get; } = Array.AsReadOnly([Jpeg, Png, WebP, Gif, Avif]);
}
