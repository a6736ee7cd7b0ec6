using System.Buffers.Binary;
using System.Text;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// Encodes keys as bytes in the order of the contract, ordinal by UTF-16 code units. LiteDB compares text by a culture,
/// so different keys can be equal; LiteDB compares bytes as bytes.
/// </summary>
/// <remarks>
/// Each code unit, surrogates too, is encoded by itself like UTF-8 (CESU-8, Unicode Technical Report 26), which keeps
/// the order of UTF-16. 512 UTF-8 bytes become at most 768 bytes; an index of LiteDB accepts 1,023.
/// </remarks>
internal static class KeyBytes
{
    private const int TimeLength = sizeof(long);

    /// <summary>Returns the bytes of a key.</summary>
    public static byte[] Of(ImageKey key) => Of(key.Value);

    /// <summary>Returns the bytes of a key or of a prefix of keys.</summary>
    public static byte[] Of(string text)
    {
        var bytes = new byte[LengthOf(text)];
        Encode(text, bytes);
        return bytes;
    }

    /// <summary>Returns the bytes of a creation time and a key, in the order of both.</summary>
    public static byte[] OfCreated(DateTimeOffset createdAt, ReadOnlySpan<byte> key)
    {
        var bytes = new byte[TimeLength + key.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, createdAt.UtcTicks);
        key.CopyTo(bytes.AsSpan(TimeLength));
        return bytes;
    }

    /// <summary>Returns the text of a key; null when the bytes are not the bytes of a text.</summary>
    public static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var length = bytes[0] < 0x80 ? 1 : bytes[0] < 0xE0 ? 2 : 3;
            if (bytes.Length < length)
            {
                return null;
            }

            text.Append(length switch
            {
                1 => (char)bytes[0],
                2 => (char)(((bytes[0] & 0x1F) << 6) | (bytes[1] & 0x3F)),
                _ => (char)(((bytes[0] & 0x0F) << 12) | ((bytes[1] & 0x3F) << 6) | (bytes[2] & 0x3F)),
            });
            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>Returns the name of an image in messages: the text of its key, or the bytes in hexadecimal digits.</summary>
    public static string NameOf(byte[] id) => TextOf(id) ?? Convert.ToHexStringLower(id);

    /// <summary>Returns the time in the value of <see cref="OfCreated"/>; null if the value is another one.</summary>
    public static DateTimeOffset? TimeOf(LiteDB.BsonValue created) =>
        created is { IsBinary: true } && created.AsBinary is { Length: >= TimeLength } bytes
            && BinaryPrimitives.ReadInt64BigEndian(bytes) is >= 0 and var ticks && ticks <= DateTime.MaxValue.Ticks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : null;

    private static int LengthOf(string text)
    {
        var length = 0;
        foreach (var unit in text)
        {
            length += unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;
        }

        return length;
    }

    private static void Encode(string text, Span<byte> target)
    {
        foreach (var unit in text)
        {
            if (unit < 0x80)
            {
                target[0] = (byte)unit;
                target = target[1..];
            }
            else if (unit < 0x800)
            {
                target[0] = (byte)(0xC0 | (unit >> 6));
                target[1] = (byte)(0x80 | (unit & 0x3F));
                target = target[2..];
            }
            else
            {
                target[0] = (byte)(0xE0 | (unit >> 12));
                target[1] = (byte)(0x80 | ((unit >> 6) & 0x3F));
                target[2] = (byte)(0x80 | (unit & 0x3F));
                target = target[3..];
            }
        }
    }
}
