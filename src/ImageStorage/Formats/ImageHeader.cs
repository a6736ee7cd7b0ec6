namespace ImageStorage.Providers;

/// <summary>The dimensions in the header of an image.</summary>
/// <param name="Width">
/// The width in pixels as stored, at least 1. An orientation (EXIF, <c>irot</c>) is not applied.
/// </param>
/// <param name="Height">
/// The height in pixels as stored, at least 1. An orientation (EXIF, <c>irot</c>) is not applied.
/// </param>
public readonly record struct ImageHeader(int Width, int Height)
{
    /// <summary>Gets width times height, without overflow.</summary>
    public long PixelCount => (long)Width * Height;
}
