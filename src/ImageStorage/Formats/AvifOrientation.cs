using static ImageStorage.Formats.AvifBoxTypes;

namespace ImageStorage.Formats;

/// <summary>
/// Reads how an item is shown: rotated (<c>irot</c>, ISO/IEC 23008-12, 6.5.10) and then mirrored (<c>imir</c>, 6.5.12).
/// </summary>
/// <remarks>
/// EXIF in an AVIF does not say how the image is shown: MIAF (ISO/IEC 23000-22, 7.3.10.1) advises against such EXIF, and
/// libavif and Chromium ignore its orientation. MIAF (7.3.6.7) prescribes the rotation before the mirroring. Decoders
/// disagree about the other order, so no orientation is known then, nor for two rotations or mirrorings.
/// </remarks>
internal static class AvifOrientation
{
    /// <summary>Returns the orientation of an item, or null if its properties state none.</summary>
    /// <param name="ipco">The properties, which are numbered from 1.</param>
    /// <param name="indexes">The numbers of the properties of the item, in their order.</param>
    public static ImageOrientation? Read(ReadOnlySpan<byte> ipco, ReadOnlySpan<ushort> indexes)
    {
        (int At, int Value)? rotation = null, mirroring = null;
        int index = 0;
        var properties = new IsoBoxes(ipco);
        while (properties.MoveNext() && ++index <= ushort.MaxValue)
        {
            if (properties.Type is not (Irot or Imir) || indexes.IndexOf((ushort)index) is not (>= 0 and var at))
            {
                continue;
            }

            bool isRotation = properties.Type == Irot;
            bool isRepeated = (isRotation ? rotation : mirroring) is not null || indexes[(at + 1)..].Contains((ushort)index);
            if (isRepeated || properties.Body is not [var value] || value > (isRotation ? 3 : 1))
            {
                return null; // the upper bits are reserved
            }

            if (isRotation)
            {
                rotation = (at, value);
            }
            else
            {
                mirroring = (at, value);
            }
        }

        return rotation?.At > mirroring?.At ? null : Combine(rotation?.Value, mirroring?.Value);
    }

    /// <summary>
    /// Returns the orientation for a rotation by quarter turns counter-clockwise and a mirroring that exchanges top and
    /// bottom (0) or left and right (1), as <c>avifImageGetExifOrientationFromIrotImir</c> of libavif.
    /// </summary>
    private static ImageOrientation? Combine(int? quarters, int? axis) => (quarters ?? 0, axis) switch
    {
        (0, null) => quarters is null ? null : ImageOrientation.TopLeft,
        (1, null) => ImageOrientation.LeftBottom,
        (2, null) => ImageOrientation.BottomRight,
        (3, null) => ImageOrientation.RightTop,
        (0, 0) or (2, 1) => ImageOrientation.BottomLeft,
        (0, 1) or (2, 0) => ImageOrientation.TopRight,
        (1, 0) or (3, 1) => ImageOrientation.LeftTop,
        _ => ImageOrientation.RightBottom,
    };
}
