using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>Hand-made EXIF data, which are a TIFF structure.</summary>
internal static class ExifParts
{
    /// <summary>The identifier of EXIF in a JPEG.</summary>
    public static byte[] Identifier { get; } = Ascii("Exif\0\0");

    /// <summary>Data with fields before and after the orientation, and with a second directory.</summary>
    /// <param name="orientation">The value of the field.</param>
    /// <param name="isLittle">The byte order.</param>
    /// <param name="type">The type of the field; 3 is SHORT.</param>
    /// <param name="count">The number of values that the field declares.</param>
    /// <param name="tag">The tag of the field.</param>
    /// <param name="gap">The number of bytes between the header and the directory.</param>
    /// <param name="thumbnail">The orientation of the second directory.</param>
    public static byte[] Make(int orientation, bool isLittle = false, int type = 3, long count = 1, int tag = 0x0112, int gap = 0, int thumbnail = 7)
    {
        byte[] N16(int value) => isLittle ? U16Little(value) : U16(value);
        byte[] N32(long value) => isLittle ? U32Little(value) : U32(value);
        byte[] Field(int fieldTag, int fieldType, long fieldCount, byte[] value) => [.. N16(fieldTag), .. N16(fieldType), .. N32(fieldCount), .. value];
        byte[] value = type == 3 ? [.. N16(orientation), 0, 0] : N32(orientation);
        byte[] first = [.. N16(3), .. Field(0x010F, 2, 4, Ascii("abc\0")), .. Field(tag, type, count, value), .. Field(0x0128, 3, 1, [.. N16(2), 0, 0])];
        byte[] second = [.. N16(1), .. Field(0x0112, 3, 1, [.. N16(thumbnail), 0, 0]), .. N32(0)];
        return [.. Ascii(isLittle ? "II" : "MM"), .. N16(42), .. N32(8 + gap), .. new byte[gap], .. first, .. N32(8 + gap + first.Length + 4), .. second];
    }

    /// <summary>An APP1 segment with EXIF.</summary>
    public static byte[] Segment(int orientation, bool isLittle = false) => Bytes.Segment(0xE1, [.. Identifier, .. Make(orientation, isLittle)]);
}
