using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// Walks the boxes (ISO/IEC 14496-12, 4.2) inside a complete body. Each step consumes at least eight bytes, so a walk
/// is linear. The caller descends into nested boxes itself.
/// </summary>
internal ref struct IsoBoxes(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Gets the type of the current box.</summary>
    public uint Type { get; private set; }

    /// <summary>Gets the body of the current box, without its size and type.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>
    /// Gets a value that indicates whether the walk ended at a box with an impossible size or past the end of its
    /// parent.
    /// </summary>
    public bool IsBroken { get; private set; }

    /// <summary>Moves to the next box. Returns false at the end of the parent and if <see cref="IsBroken"/>.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        if (_rest.Length < 8)
        {
            IsBroken = true;
            return false;
        }

        ulong size = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        int headerSize = 8;
        if (size == 1 && _rest.Length >= 16)
        {
            size = BinaryPrimitives.ReadUInt64BigEndian(_rest[8..]);
            headerSize = 16;
        }
        else if (size == 0)
        {
            size = (ulong)_rest.Length; // up to the end of the parent
        }

        if (size < (ulong)headerSize || size > (ulong)_rest.Length)
        {
            IsBroken = true;
            return false;
        }

        Type = BinaryPrimitives.ReadUInt32BigEndian(_rest[4..]);
        Body = _rest[headerSize..(int)size];
        _rest = _rest[(int)size..];
        return true;
    }
}
