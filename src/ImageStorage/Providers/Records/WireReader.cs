using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace ImageStorage.Providers;

/// <summary>
/// Reads fields in the wire format of Protocol Buffers. Every value is within the bytes that the reader was given, so
/// hostile bytes make the reader allocate nothing. Groups, which Protocol Buffers gave up, are refused.
/// </summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private const string CutShort = "its record is cut short";
    private const char Replacement = '\uFFFD';
    private const int KnownTypes = (1 << (int)WireType.Varint) | (1 << (int)WireType.Fixed64) | (1 << (int)WireType.Delimited) | (1 << (int)WireType.Fixed32);

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>Gets the position of the next byte.</summary>
    public int Position { get; private set; }

    /// <summary>Gets the number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Gets the type of the current field.</summary>
    public WireType Type { get; private set; }

    /// <summary>Moves to the next field.</summary>
    /// <returns><see langword="false"/> at the end.</returns>
    /// <exception cref="InvalidDataException">The bytes are no field.</exception>
    public bool MoveNext()
    {
        if (Position == _bytes.Length)
        {
            return false;
        }

        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        Type = (WireType)(tag & 7);
        if (tag is > uint.MaxValue or < 8 || ((1 << (int)Type) & KnownTypes) == 0)
        {
            throw Refused("its record has a field of no known kind");
        }

        return true;
    }

    /// <summary>Reads the value of a field that must be a number up to a maximum.</summary>
    /// <exception cref="InvalidDataException">The field has no number, or a larger one.</exception>
    public long ReadNumber(long maximum)
    {
        var value = Type == WireType.Varint ? ReadVarint() : throw WrongKind();
        return value <= (ulong)maximum ? (long)value : throw Refused($"field {Field} of its record has a number that is out of range");
    }

    /// <summary>Reads the value of a field that must be a number with a sign.</summary>
    /// <exception cref="InvalidDataException">The field has no number.</exception>
    public long ReadSigned() => Type == WireType.Varint ? (long)ReadVarint() : throw WrongKind();

    /// <summary>Reads the value of a field that must be text, bytes or a message.</summary>
    /// <exception cref="InvalidDataException">The field has another type, or is cut short.</exception>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = Type == WireType.Delimited ? ReadVarint() : throw WrongKind();
        return Take(length);
    }

    /// <summary>Reads the value of a field that must have a number of bytes.</summary>
    /// <exception cref="InvalidDataException">The field has another type or length.</exception>
    public ReadOnlySpan<byte> ReadBytes(int length)
    {
        var value = ReadBytes();
        return value.Length == length ? value : throw Refused($"field {Field} of its record has {value.Length} bytes instead of {length}");
    }

    /// <summary>Reads the value of a field that must be text.</summary>
    /// <exception cref="InvalidDataException">The field has another type, or is not UTF-8.</exception>
    public string ReadText() => TextOf(ReadBytes());

    /// <summary>Returns bytes as text.</summary>
    /// <exception cref="InvalidDataException">The bytes are not UTF-8.</exception>
    public static string TextOf(ReadOnlySpan<byte> bytes)
    {
        // The usual decoder is the fastest. It replaces what is not valid, so the result tells.
        var text = Encoding.UTF8.GetString(bytes);
        return !text.Contains(Replacement) || Utf8.IsValid(bytes) ? text : throw Refused("its record has a text that is not UTF-8");
    }

    public UInt128 ReadUInt128() => BinaryPrimitives.ReadUInt128BigEndian(ReadBytes(16));

    /// <summary>Moves past the value of a field.</summary>
    /// <exception cref="InvalidDataException">The value is cut short.</exception>
    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint:
                ReadVarint();
                break;
            case WireType.Fixed64:
                Take(sizeof(ulong));
                break;
            case WireType.Fixed32:
                Take(sizeof(uint));
                break;
            default:
                ReadBytes();
                break;
        }
    }

    private readonly InvalidDataException WrongKind() => Refused($"field {Field} of its record is of the wrong kind");

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)(_bytes.Length - Position))
        {
            throw Refused(CutShort);
        }

        var taken = _bytes.Slice(Position, (int)length);
        Position += taken.Length;
        return taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong ReadVarint()
    {
        if ((uint)Position < (uint)_bytes.Length && _bytes[Position] < 0x80)
        {
            return _bytes[Position++];
        }

        return ReadLongVarint();
    }

    // A value has one encoding only: no longer one with zeros at the end, and at most 64 bits.
    private ulong ReadLongVarint()
    {
        var value = 0UL;
        for (var shift = 0; Position < _bytes.Length; shift += 7)
        {
            var next = _bytes[Position++];
            if (shift == 63 ? next != 1 : next == 0 && shift > 0)
            {
                throw Refused("its record has a number of too many bytes");
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Refused(CutShort);
    }

    // Out of the way of the methods that succeed.
    private static InvalidDataException Refused(string reason) => new(reason);
}
