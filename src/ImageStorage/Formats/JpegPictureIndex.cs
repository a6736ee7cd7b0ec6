using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// The multi-picture index of a JPEG (CIPA DC-007, "MPF" in an APP2 segment): the positions of the further images of
/// the file, such as the second view of a stereo picture or the gain map of an HDR picture. Decoders of such files
/// allocate for each image.
/// </summary>
/// <remarks>
/// Programs that edit a file often leave its index unchanged, so a wrong index does not refuse an image, and a position
/// without an image is ignored. Only indexes with consecutive parts are read, as all known writers create them.
/// </remarks>
internal sealed class JpegPictureIndex
{
    /// <summary>
    /// The identifier, and the start of the TIFF structure: byte order, 42, position of the directory.
    /// </summary>
    public const int HeadSize = 12;

    public const int MaxPictures = 256;

    private const int EntrySize = 16;
    private const int FieldSize = 12;
    private const int EntriesTag = 0xB002;

    private long[]? _starts;
    private int _count;
    private Phase _phase;
    private bool _isLittle;
    private long _base;
    private int _remaining;

    private enum Phase
    {
        Head,
        FieldCount,
        Field,
        Entry,
    }

    /// <summary>Gets a value that indicates whether the index names no image.</summary>
    public bool IsEmpty => _count == 0;

    public void Clear() => _count = 0;

    public void Begin() => (_phase, _count) = (Phase.Head, 0);

    /// <summary>Reads the next part of the index.</summary>
    /// <param name="window">The needed bytes at <paramref name="at"/>.</param>
    /// <param name="at">The position of the bytes in the content.</param>
    /// <param name="segmentEnd">The end of the segment.</param>
    /// <param name="position">The position of the next part.</param>
    /// <param name="need">The number of bytes of the next part.</param>
    /// <returns>
    /// True if a next part is needed; false if the index is complete or is no index; null if there are too many images.
    /// </returns>
    public bool? Read(ReadOnlySpan<byte> window, long at, long segmentEnd, out long position, out int need)
    {
        (position, need) = (at, 0);
        switch (_phase)
        {
            case Phase.Head:
                if (!window.StartsWith("MPF\0"u8) || !(window[4..].StartsWith("II*\0"u8) || window[4..].StartsWith("MM\0*"u8)))
                {
                    return false;
                }

                (_isLittle, _base) = (window[4] == 'I', at + 4);
                (_phase, position, need) = (Phase.FieldCount, _base + UInt32(window[8..]), 2);
                break;
            case Phase.FieldCount:
                _remaining = UInt16(window);
                (_phase, position, need) = (Phase.Field, at + 2, FieldSize);
                break;
            case Phase.Field when UInt16(window) == EntriesTag:
                _remaining = (int)Math.Min(UInt32(window[4..]) / EntrySize, int.MaxValue);
                if (_remaining > MaxPictures)
                {
                    return null;
                }

                (_phase, position, need) = (Phase.Entry, _base + UInt32(window[8..]), EntrySize);
                break;
            case Phase.Field:
                _remaining--;
                (position, need) = (at + FieldSize, FieldSize);
                break;
            default:
                Add(_base + UInt32(window[8..]));
                _remaining--;
                (position, need) = (at + EntrySize, EntrySize);
                break;
        }

        return position >= at && position + need <= segmentEnd && (_phase == Phase.FieldCount || _remaining > 0);
    }

    /// <summary>Finds the first image that begins at a position or after it.</summary>
    public bool TryTake(long position, out long start)
    {
        start = long.MaxValue;
        for (int i = 0; i < _count; i++)
        {
            if (_starts![i] >= position && _starts[i] < start)
            {
                start = _starts[i];
            }
        }

        return start != long.MaxValue;
    }

    /// <summary>
    /// Adds the position of a further image. The first image of the file has the base position and is skipped.
    /// </summary>
    private void Add(long start)
    {
        if (start != _base && _count < MaxPictures)
        {
            _starts ??= new long[MaxPictures];
            _starts[_count++] = start;
        }
    }

    private int UInt16(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) => _isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
