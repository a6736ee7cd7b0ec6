using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.Tests.Providers.Records;

/// <summary>Records as bytes: of the codec, of other builds of the library, and of no build.</summary>
internal static class RecordBytes
{
    public static byte[] Of(ImageInfo info, bool includeKey = true)
    {
        var target = new ArrayBufferWriter<byte>();
        RecordCodec.Write(target, info, includeKey);
        return target.WrittenSpan.ToArray();
    }

    public static ImageInfo Read(ReadOnlySpan<byte> record, ImageKey? key = null) => RecordCodec.Read(record, key, "Test");

    public static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        bytes.Add((byte)value);
        return [.. bytes];
    }

    public static byte[] Number(int field, ulong value) => [.. Varint((ulong)field << 3), .. Varint(value)];

    public static byte[] Fixed64(int field, ulong value) => [.. Varint(((ulong)field << 3) | 1), .. BitConverter.GetBytes(value)];

    public static byte[] Fixed32(int field, uint value) => [.. Varint(((ulong)field << 3) | 5), .. BitConverter.GetBytes(value)];

    public static byte[] Bytes(int field, params ReadOnlySpan<byte> value) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)value.Length), .. value];

    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Returns a record with any values that a record can have.</summary>
    public static ImageInfo Random(Random random)
    {
        var sha = new byte[32];
        random.NextBytes(sha);
        return new ImageInfo
        {
            Key = $"k{random.Next()}/{(random.Next(2) == 0 ? "größe 日本" : "plain")}.png",
            ContentType = random.Next(3) == 0 ? $"image/x-{random.Next()}" : "image/avif",
            Length = random.Next(3) == 0 ? random.NextInt64() : random.Next(1000),
            Width = random.Next(3) == 0 ? random.Next() : random.Next(300),
            Height = random.Next(3) == 0 ? int.MaxValue : 0,
            Orientation = random.Next(2) == 0 ? null : (ImageOrientation)random.Next(1, 9),
            FrameCount = random.Next(2) == 0 ? null : random.Next(),
            Sha256 = random.Next(3) == 0 ? null : new Sha256Digest(sha),
            XxHash128 = new UInt128((ulong)random.NextInt64(), random.Next(2) == 0 ? 0 : (ulong)random.NextInt64()),
            CreatedAt = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks + 1), TimeSpan.Zero),
            ModifiedAt = new DateTimeOffset(random.NextInt64(TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), TimeSpan.FromHours(random.Next(-14, 15))),
            ETag = new ImageETag($"{random.Next():x}"),
            FileName = random.Next(2) == 0 ? null : Text(random),
            Metadata = Texts(random),
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Text(random))],
            Properties = Texts(random),
            Encoding = random.Next(3) == 0 ? new ImageEncoding { Name = Text(random), StoredLength = random.NextInt64(), OriginalLength = random.Next(10) } : null,
            UnknownFields = random.Next(3) == 0 ? [.. Number(random.Next(19, 1000), (ulong)random.NextInt64()), .. Text(random.Next(19, 1 << 29), $"new {random.Next()}")] : default,
        };
    }

    private static ImmutableSortedDictionary<string, string> Texts(Random random) =>
        MetadataDictionary.Empty.SetItems(Enumerable.Range(0, random.Next(4)).Select(_ => KeyValuePair.Create(Text(random), Text(random))));

    // Lengths around those at which a length needs another byte.
    private static string Text(Random random)
    {
        string[] units = ["x", "é", "漢", "😀", "\uFFFD", "\0"];
        var unit = units[random.Next(units.Length)];
        return string.Concat(Enumerable.Repeat(unit, random.Next(3) == 0 ? random.Next(35, 50) : random.Next(4))) + new string('y', random.Next(20) == 0 ? random.Next(20_000) : random.Next(100));
    }
}
