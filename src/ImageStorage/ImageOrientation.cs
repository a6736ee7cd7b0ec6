namespace ImageStorage;

/// <summary>
/// How the stored rows and columns of an image are shown: the values of the EXIF tag Orientation (EXIF 3.0, 4.6.5.1.6).
/// Each name says where the first row and the first column are shown.
/// </summary>
public enum ImageOrientation
{
    /// <summary>The image is shown as stored.</summary>
    TopLeft = 1,

    /// <summary>The image is mirrored horizontally.</summary>
    TopRight = 2,

    /// <summary>The image is rotated by 180 degrees.</summary>
    BottomRight = 3,

    /// <summary>The image is mirrored vertically.</summary>
    BottomLeft = 4,

    /// <summary>The image is mirrored along the diagonal from the top left to the bottom right.</summary>
    LeftTop = 5,

    /// <summary>The image is shown rotated clockwise by 90 degrees.</summary>
    RightTop = 6,

    /// <summary>The image is mirrored along the diagonal from the top right to the bottom left.</summary>
    RightBottom = 7,

    /// <summary>The image is shown rotated counterclockwise by 90 degrees.</summary>
    LeftBottom = 8,
}
