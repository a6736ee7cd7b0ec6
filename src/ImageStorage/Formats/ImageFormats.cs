using ImageStorage.Formats;

namespace ImageStorage.Providers;

/// <summary>The image formats that the library knows.</summary>
public static class ImageFormats
{
    /// <summary>JPEG (ITU-T T.81): baseline, extended, progressive, lossless; Huffman or arithmetic coded.</summary>
    public static ImageFormat Jpeg { get; } = new JpegFormat();

    /// <summary>PNG (W3C PNG, third edition), APNG included.</summary>
    public static ImageFormat Png { get; } = new PngFormat();

    /// <summary>WebP (RFC 9649): lossy, lossless, extended, animated.</summary>
    public static ImageFormat WebP { get; } = new WebPFormat();

    /// <summary>GIF 87a and 89a, still or animated.</summary>
    public static ImageFormat Gif { get; } = new GifFormat();

    /// <summary>AVIF (AV1 Image File Format), still images and image sequences.</summary>
    public static ImageFormat Avif { get; } = new AvifFormat();

    /// <summary>All of them: what a store accepts unless its options say otherwise.</summary>
    public static IReadOnlyList<ImageFormat> Default { get; } = Array.AsReadOnly([Jpeg, Png, WebP, Gif, Avif]);
}
