using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;

namespace ImageStorage.Providers;

/// <summary>Writes records. <see cref="RecordReader"/> reads everything that this class writes.</summary>
internal static class RecordWriter
{
    private const int Sha256Length = 32;
    private const int XxHash128Length = 16;

    public static void Write(IBufferWriter<byte> target, ImageInfo info, bool includeKey)
    {
        if (info.ETag == default)
        {
            throw new ArgumentException("A record without an ETag cannot be stored.", nameof(info));
        }

        var writer = new WireWriter(target);
        if (includeKey)
        {
            writer.WriteText(RecordFields.Key, info.Key.Value);
        }

        writer.WriteText(RecordFields.ETag, info.ETag.Value);
        WriteContent(ref writer, info);
        WriteTime(ref writer, RecordFields.CreatedAt, info.CreatedAt);
        WriteTime(ref writer, RecordFields.ModifiedAt, info.ModifiedAt);
        WriteTexts(ref writer, info);
        if (info.Orientation is { } orientation)
        {
            WriteNumber(ref writer, RecordFields.Orientation, (int)orientation);
        }

        if (info.FrameCount is { } frames)
        {
            WriteNumber(ref writer, RecordFields.FrameCount, frames);
        }

        if (info.Encoding is { } encoding)
        {
            WriteEncoding(ref writer, encoding);
        }

        if (!info.UnknownFields.IsDefaultOrEmpty)
        {
            writer.WriteRaw(info.UnknownFields.AsSpan());
        }

        writer.Flush();
    }

    private static void WriteContent(ref WireWriter writer, ImageInfo info)
    {
        writer.WriteText(RecordFields.ContentType, info.ContentType);
        WriteNumber(ref writer, RecordFields.Length, info.Length);
        WriteNumber(ref writer, RecordFields.Width, info.Width);
        WriteNumber(ref writer, RecordFields.Height, info.Height);
        writer.StartDelimited(RecordFields.XxHash128, XxHash128Length);
        BinaryPrimitives.WriteUInt128BigEndian(writer.Take(XxHash128Length), info.XxHash128);
        if (info.Sha256 is { } sha)
        {
            writer.StartDelimited(RecordFields.Sha256, Sha256Length);
            sha.CopyTo(writer.Take(Sha256Length));
        }
    }

    private static void WriteTexts(ref WireWriter writer, ImageInfo info)
    {
        if (info.FileName is { } fileName)
        {
            writer.WriteText(RecordFields.FileName, fileName);
        }

        WriteMap(ref writer, RecordFields.Metadata, info.Metadata);
        foreach (var tag in info.Tags)
        {
            writer.WriteText(RecordFields.Tags, tag);
        }

        WriteMap(ref writer, RecordFields.Properties, info.Properties);
    }

    private static void WriteNumber(ref WireWriter writer, int field, long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        writer.WriteNumber(field, (ulong)value);
    }

    private static void WriteTime(ref WireWriter writer, int field, DateTimeOffset time)
    {
        var (seconds, ticks) = Math.DivRem(time.UtcTicks, TimeSpan.TicksPerSecond);
        var unixSeconds = (ulong)(seconds - (DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerSecond));
        var nanoseconds = (ulong)(ticks * TimeSpan.NanosecondsPerTick);
        writer.StartDelimited(field, 2 + WireWriter.LengthOf(unixSeconds) + WireWriter.LengthOf(nanoseconds));
        writer.WriteNumber(RecordFields.Seconds, unixSeconds);
        writer.WriteNumber(RecordFields.Nanoseconds, nanoseconds);
    }

    private static void WriteMap(ref WireWriter writer, int field, ImmutableSortedDictionary<string, string> map)
    {
        if (map.IsEmpty)
        {
            return;
        }

        foreach (var (name, value) in map)
        {
            writer.WriteEntry(field, name, value);
        }
    }

    private static void WriteEncoding(ref WireWriter writer, ImageEncoding encoding)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(encoding.StoredLength);
        ArgumentOutOfRangeException.ThrowIfNegative(encoding.OriginalLength);
        var (stored, original) = ((ulong)encoding.StoredLength, (ulong)encoding.OriginalLength);
        writer.StartDelimited(RecordFields.Encoding, WireWriter.LengthOf(encoding.Name) + 2 + WireWriter.LengthOf(stored) + WireWriter.LengthOf(original));
        writer.WriteText(RecordFields.EncodingName, encoding.Name);
        writer.WriteNumber(RecordFields.StoredLength, stored);
        writer.WriteNumber(RecordFields.OriginalLength, original);
    }
}
