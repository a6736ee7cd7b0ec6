using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <summary>
/// Reads the big-endian fields of a box in order. Reading past the end returns zeros and sets <see cref="IsShort"/>.
/// The caller checks <see cref="IsShort"/> before it uses a value or repeats a loop.
/// </summary>
internal ref struct IsoFields(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _rest = body;

    /// <summary>Gets a value that indicates whether a read went past the end.</summary>
    public bool IsShort { get; private set; }

    /// <summary>Gets the bytes that were not read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>Reads version and flags of a "full box" (ISO/IEC 14496-12, 4.2).</summary>
    public byte ReadVersion(out uint flags)
    {
        uint word = ReadUInt32();
        flags = word & 0x00FF_FFFF;
        return (byte)(word >> 24);
    }

    /// <summary>Reads 8 bits.</summary>
    public byte ReadByte() => Take(1) is [var value] ? value : (byte)0;

    /// <summary>Reads 16 bits.</summary>
    public ushort ReadUInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;

    /// <summary>Reads 32 bits.</summary>
    public uint ReadUInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>Reads a number of 0, 4 or 8 bytes, for <c>iloc</c>.</summary>
    public ulong ReadSized(int size) => size switch
    {
        0 => 0,
        4 => ReadUInt32(),
        _ => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0,
    };

    /// <summary>Reads the identifier of an item, of 16 or 32 bits by the version of its box.</summary>
    public uint ReadItemId(bool isWide) => isWide ? ReadUInt32() : ReadUInt16();

    /// <summary>Skips <paramref name="count"/> bytes.</summary>
    public void Skip(int count) => Take(count);

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            IsShort = true;
            _rest = default;
            return default;
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
