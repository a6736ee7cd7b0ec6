using System.Buffers;
using System.Numerics;
using System.Text;

namespace ImageStorage.Providers;

/// <summary>Appends fields in the wire format of Protocol Buffers. Call <see cref="Flush"/> at the end.</summary>
internal ref struct WireWriter(IBufferWriter<byte> target)
{
    private const int TypicalLength = 256;
    private const int MaxVarintLength = 10;
    private const int MaxTagLength = 5;
    private const int MaxBytesPerChar = 3;
    private const int MaxShortText = 127 / MaxBytesPerChar;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private Span<byte> _free = target.GetSpan(TypicalLength);
    private int _used;

    /// <summary>Returns the number of bytes of a varint.</summary>
    public static int LengthOf(ulong value) => ((63 - BitOperations.LeadingZeroCount(value | 1)) / 7) + 1;

    public void WriteNumber(int field, ulong value)
    {
        Reserve(MaxTagLength + MaxVarintLength);
        AppendTag(field, WireType.Varint);
        Append(value);
    }

    /// <exception cref="ArgumentException">The text has a lone surrogate.</exception>
    public void WriteText(int field, string text)
    {
        if (text.Length <= MaxShortText)
        {
            Reserve(MaxTagLength + 1 + (text.Length * MaxBytesPerChar));
            AppendTag(field, WireType.Delimited);
            AppendShort(text);
            return;
        }

        var length = Utf8.GetByteCount(text);
        StartDelimited(field, length);
        _used += Utf8.GetBytes(text, _free[_used..]);
    }

    /// <summary>Writes an entry of a map: a message of two texts.</summary>
    /// <exception cref="ArgumentException">A text has a lone surrogate.</exception>
    public void WriteEntry(int field, string name, string value)
    {
        if (name.Length + value.Length <= MaxShortText - 2)
        {
            Reserve(MaxTagLength + 1 + 4 + ((name.Length + value.Length) * MaxBytesPerChar));
            AppendTag(field, WireType.Delimited);
            var start = _used++;
            AppendTag(RecordFields.MapName, WireType.Delimited);
            AppendShort(name);
            AppendTag(RecordFields.MapValue, WireType.Delimited);
            AppendShort(value);
            _free[start] = (byte)(_used - start - 1);
            return;
        }

        StartDelimited(field, LengthOf(name) + LengthOf(value));
        WriteText(RecordFields.MapName, name);
        WriteText(RecordFields.MapValue, value);
    }

    /// <summary>Returns the number of bytes of a field with a text, whose number is below 16.</summary>
    public static int LengthOf(string text)
    {
        var length = Utf8.GetByteCount(text);
        return 1 + LengthOf((ulong)length) + length;
    }

    /// <summary>Starts a field of a known length, and reserves the space for its bytes.</summary>
    public void StartDelimited(int field, int length)
    {
        Reserve(MaxTagLength + MaxVarintLength + length);
        AppendTag(field, WireType.Delimited);
        Append((ulong)length);
    }

    /// <summary>Returns the next bytes to fill, within the space that was reserved.</summary>
    public Span<byte> Take(int length)
    {
        var taken = _free.Slice(_used, length);
        _used += length;
        return taken;
    }

    /// <summary>Appends fields that are encoded already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> fields)
    {
        Reserve(fields.Length);
        fields.CopyTo(Take(fields.Length));
    }

    public void Flush()
    {
        target.Advance(_used);
        _used = 0;
        _free = default;
    }

    private void Reserve(int length)
    {
        if (_free.Length - _used < length)
        {
            target.Advance(_used);
            _used = 0;
            _free = target.GetSpan(Math.Max(length, TypicalLength));
        }
    }

    // The length of a short text has one byte, so that the text needs no count in advance.
    private void AppendShort(string text)
    {
        var written = Utf8.GetBytes(text, _free[(_used + 1)..]);
        _free[_used] = (byte)written;
        _used += written + 1;
    }

    private void AppendTag(int field, WireType type) => Append(((ulong)field << 3) | (uint)type);

    private void Append(ulong value)
    {
        while (value >= 0x80)
        {
            _free[_used++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _free[_used++] = (byte)value;
    }
}
