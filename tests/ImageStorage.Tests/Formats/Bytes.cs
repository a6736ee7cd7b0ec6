using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.Tests.Formats;

/// <summary>Creates the parts of handmade headers: marker segments, chunks and boxes.</summary>
internal static class Bytes
{
    public static byte[] U16(int value) => [(byte)(value >> 8), (byte)value];

    public static byte[] U32(long value) => [.. U16((int)(value >> 16)), .. U16((int)value)];

    public static byte[] U64(ulong value) => [.. U32((long)(value >> 32)), .. U32((long)(value & uint.MaxValue))];

    public static byte[] U16Little(int value) => [(byte)value, (byte)(value >> 8)];

    public static byte[] U24Little(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

    public static byte[] U32Little(long value) => [.. U16Little((int)value), .. U16Little((int)(value >> 16))];

    public static byte[] Ascii(string text) => System.Text.Encoding.ASCII.GetBytes(text);

    /// <summary>A JPEG marker segment: marker, length with itself, data.</summary>
    public static byte[] Segment(byte marker, params byte[] data) => [0xFF, marker, .. U16(data.Length + 2), .. data];

    /// <summary>A PNG chunk with its checksum.</summary>
    public static byte[] Chunk(string type, params byte[] data)
    {
        byte[] checkedPart = [.. Ascii(type), .. data];
        return [.. U32(data.Length), .. checkedPart, .. U32(Crc32.HashToUInt32(checkedPart))];
    }

    /// <summary>A RIFF chunk, padded.</summary>
    public static byte[] RiffChunk(string type, params byte[] data) =>
        [.. Ascii(type), .. U32Little(data.Length), .. data, .. new byte[data.Length & 1]];

    /// <summary>An ISO base media box.</summary>
    public static byte[] Box(string type, params byte[] body) => [.. U32(8 + body.Length), .. Ascii(type), .. body];

    /// <summary>A copy with some bytes overwritten.</summary>
    public static byte[] With(this byte[] bytes, int offset, params byte[] patch)
    {
        byte[] copy = [.. bytes];
        patch.CopyTo(copy, offset);
        return copy;
    }

    /// <summary>Returns the position of the first occurrence of an ASCII text.</summary>
    public static int Find(this byte[] bytes, string text)
    {
        int at = bytes.AsSpan().IndexOf(Ascii(text));
        Assert.That(at, Is.GreaterThanOrEqualTo(0), $"the sample has no {text}");
        return at;
    }

    /// <summary>Returns the big-endian number at an offset.</summary>
    public static uint U32At(this byte[] bytes, int offset) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(offset));
}
