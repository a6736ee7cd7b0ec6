using System.Buffers;
using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// The kept part of the description of an AVIF while the content streams: the boxes that are read later, without
/// profiles, item data and sample tables, in a pooled buffer of limited length. The boxes keep their nesting, so that
/// they are read like the complete description.
/// </summary>
internal sealed class AvifDescription
{
    /// <summary>The maximum number of kept bytes: about six thousand items.</summary>
    public const int MaxLength = 256 * 1024;

    private const int FirstLength = 2048;

    private byte[]? _buffer;
    private int _length;

    /// <summary>Gets the kept bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    public void Clear() => _length = 0;

    /// <summary>Begins a box of unknown length. Returns the start of the box.</summary>
    public int Begin(uint type)
    {
        int start = _length;
        Span<byte> header = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], type);
        Append(header);
        return start;
    }

    /// <summary>Appends bytes to the innermost box. Call <see cref="Fits"/> before.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        byte[] buffer = _buffer ??= ArrayPool<byte>.Shared.Rent(FirstLength);
        if (bytes.Length > buffer.Length - _length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + bytes.Length, 2 * buffer.Length));
            buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            _buffer = buffer = larger;
        }

        bytes.CopyTo(buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Returns whether a box with this number of bytes fits into the buffer.</summary>
    public bool Fits(long count) => count <= MaxLength - 8 - _length;

    /// <summary>Ends the box that begins at <paramref name="start"/>.</summary>
    public void End(int start) => BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(start), _length - start);

    public void Release()
    {
        if (_buffer is { } buffer)
        {
            (_buffer, _length) = (null, 0);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
