using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// Reads the orientation (tag 0x0112) from EXIF data while the content streams. EXIF data are a TIFF structure (CIPA
/// DC-008, 4.5.2): byte order, 42, and the position of the first directory (IFD0), whose fields have 12 bytes each.
/// </summary>
/// <remarks>
/// Damaged data have no orientation and refuse no image. The directory must begin after the TIFF header, so each step
/// moves forward, and at most 65,535 fields inside the data are read. As in libavif, the field must be one
/// SHORT from 1 to 8 (CIPA DC-008, 4.6.5.1.6). The first field with the tag decides.
/// </remarks>
internal sealed class ExifOrientation
{
    /// <summary>The number of bytes of the TIFF header.</summary>
    public const int HeadSize = 8;

    private const int FieldSize = 12;
    private const int OrientationTag = 0x0112;
    private const int Short = 3;

    private Phase _phase;
    private bool _needsIdentifier;
    private bool _isLittle;
    private int _remaining;

    private enum Phase
    {
        Identifier,
        Head,
        FieldCount,
        Field,
    }

    /// <summary>The identifier before the TIFF header in a JPEG (CIPA DC-008, 4.7.2).</summary>
    public static ReadOnlySpan<byte> Identifier => "Exif\0\0"u8;

    /// <summary>Gets the orientation that was found, or null.</summary>
    public ImageOrientation? Value { get; private set; }

    /// <summary>Begins new data.</summary>
    /// <param name="needsIdentifier">
    /// True if the data must begin with the identifier; false if they may also begin with the TIFF header.
    /// </param>
    public void Begin(bool needsIdentifier) => (_phase, _needsIdentifier, Value) = (Phase.Identifier, needsIdentifier, null);

    /// <summary>Reads the next part of the data.</summary>
    /// <param name="window">The needed bytes at <paramref name="at"/>, or more.</param>
    /// <param name="at">The position of the bytes in the content.</param>
    /// <param name="end">The end of the data.</param>
    /// <param name="position">The position of the next part.</param>
    /// <param name="need">The number of bytes of the next part.</param>
    /// <returns>False if no further part is needed.</returns>
    public bool Read(ReadOnlySpan<byte> window, long at, long end, out long position, out int need)
    {
        (position, need) = (at, 0);
        window = window[..(int)Math.Min(window.Length, end - at)];
        switch (_phase)
        {
            case Phase.Identifier when window.StartsWith(Identifier):
                (_phase, position, need) = (Phase.Head, at + Identifier.Length, HeadSize);
                break;
            case Phase.Identifier when _needsIdentifier:
                return false;
            case Phase.Identifier or Phase.Head:
                if (!window.StartsWith("II*\0"u8) && !window.StartsWith("MM\0*"u8))
                {
                    return false;
                }

                _isLittle = window[0] == 'I';
                uint offset = UInt32(window[4..]);
                if (offset < HeadSize)
                {
                    return false;
                }

                (_phase, position, need) = (Phase.FieldCount, at + offset, 2);
                break;
            case Phase.FieldCount:
                _remaining = UInt16(window);
                (_phase, position, need) = (Phase.Field, at + 2, FieldSize);
                break;
            default:
                position = at + ReadFields(window);
                need = FieldSize;
                break;
        }

        return position + need <= end && (_phase != Phase.Field || _remaining > 0);
    }

    /// <summary>Reads the complete fields of a window. Returns the number of bytes that were read.</summary>
    private int ReadFields(ReadOnlySpan<byte> window)
    {
        int at = 0;
        for (; _remaining > 0 && window.Length - at >= FieldSize; at += FieldSize)
        {
            ReadOnlySpan<byte> field = window.Slice(at, FieldSize);
            _remaining--;
            if (UInt16(field) == OrientationTag)
            {
                int value = UInt16(field[2..]) == Short && UInt32(field[4..]) == 1 ? UInt16(field[8..]) : 0;
                Value = value is >= 1 and <= 8 ? (ImageOrientation)value : null;
                _remaining = 0;
            }
        }

        return at;
    }

    private int UInt16(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
