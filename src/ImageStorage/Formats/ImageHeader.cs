namespace ImageStorage.Providers;

/// <summary>What the header of an image says, before any pixel is decoded.</summary>
/// <param name="Width">Columns in pixels as stored, at least 1. An orientation (EXIF, <c>irot</c>) is not applied.</param>
/// <param name="Height">Rows in pixels as stored, at least 1. An orientation (EXIF, <c>irot</c>) is not applied.</param>
public readonly record struct ImageHeader(int Width, int Height)
{
    /// <summary>Width times height; never overflows.</summary>
    public long PixelCount => (long)Width * Height;
}
