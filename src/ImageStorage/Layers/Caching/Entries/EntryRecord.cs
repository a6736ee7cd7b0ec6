using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace ImageStorage.Caching.Entries;

/// <summary>
/// The record of an image as bytes in a fixed order. Entries of another format version are ignored, so older and newer
/// versions of the library need not read these bytes.
/// </summary>
internal static class EntryRecord
{
    private static readonly string[] KnownContentTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];

    public static void Write(IBufferWriter<byte> target, ImageInfo info)
    {
        WriteText(target, info.Key.Value);
        WriteText(target, info.ContentType);
        WriteNumber(target, info.Length);
        WriteNumber(target, info.Width);
        WriteNumber(target, info.Height);
        WriteNumber(target, info.Sha256 is null ? 0 : 1);
        if (info.Sha256 is { } sha)
        {
            sha.CopyTo(target.GetSpan(32));
            target.Advance(32);
        }

        BinaryPrimitives.WriteUInt128LittleEndian(target.GetSpan(16), info.XxHash128);
        target.Advance(16);
        WriteNumber(target, info.CreatedAt.UtcTicks);
        WriteNumber(target, info.ModifiedAt.UtcTicks);
        WriteText(target, info.ETag.Value);
        WriteText(target, info.FileName);
        WriteNumber(target, info.Metadata.Count);
        foreach (var (name, value) in info.Metadata)
        {
            WriteText(target, name);
            WriteText(target, value);
        }

        WriteNumber(target, info.Tags.Length);
        foreach (var tag in info.Tags)
        {
            WriteText(target, tag);
        }

        WriteText(target, info.Encoding?.Name);
        WriteNumber(target, info.Encoding?.StoredLength ?? 0);
        WriteNumber(target, info.Encoding?.OriginalLength ?? 0);
    }

    /// <summary>Reads the record of an image. Returns null if the record belongs to another image.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a record.</exception>
    public static ImageInfo? Read(ReadOnlySpan<byte> bytes, ImageKey key)
    {
        if (ReadText(ref bytes) != key.Value)
        {
            return null;
        }

        var contentType = ReadText(ref bytes)!;
        var (length, width, height) = (ReadNumber(ref bytes), ReadNumber(ref bytes), ReadNumber(ref bytes));
        var sha = ReadNumber(ref bytes) == 0 ? default(Sha256Digest?) : new Sha256Digest(Take(ref bytes, 32));
        var hash = BinaryPrimitives.ReadUInt128LittleEndian(Take(ref bytes, 16));
        var (created, modified) = (ReadTime(ref bytes), ReadTime(ref bytes));
        var (etag, fileName) = (ReadText(ref bytes)!, ReadText(ref bytes));
        var metadata = ReadMetadata(ref bytes);
        var tags = ReadTags(ref bytes);
        var encoding = ReadText(ref bytes);
        var (stored, original) = (ReadNumber(ref bytes), ReadNumber(ref bytes));
        return new ImageInfo
        {
            Key = key,
            ContentType = Array.Find(KnownContentTypes, known => known == contentType) ?? contentType,
            Length = length,
            Width = (int)width,
            Height = (int)height,
            Sha256 = sha,
            XxHash128 = hash,
            CreatedAt = created,
            ModifiedAt = modified,
            ETag = new ImageETag(etag),
            FileName = fileName,
            Metadata = metadata,
            Tags = tags,
            Encoding = encoding is null ? null : new ImageEncoding { Name = encoding, StoredLength = stored, OriginalLength = original },
        };
    }

    private static ImmutableSortedDictionary<string, string> ReadMetadata(ref ReadOnlySpan<byte> bytes)
    {
        var count = ReadNumber(ref bytes);
        if (count == 0)
        {
            return MetadataDictionary.Empty;
        }

        var metadata = MetadataDictionary.Empty.ToBuilder();
        for (var index = 0L; index < count; index++)
        {
            metadata[ReadText(ref bytes)!] = ReadText(ref bytes)!;
        }

        return metadata.ToImmutable();
    }

    private static ImmutableArray<string> ReadTags(ref ReadOnlySpan<byte> bytes)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        for (var left = ReadNumber(ref bytes); left > 0; left--)
        {
            tags.Add(ReadText(ref bytes)!);
        }

        return tags.ToImmutable();
    }

    private static void WriteNumber(IBufferWriter<byte> target, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target.GetSpan(8), value);
        target.Advance(8);
    }

    // The length plus 1; 0 is null.
    private static void WriteText(IBufferWriter<byte> target, string? text)
    {
        var length = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
        WriteNumber(target, text is null ? 0 : length + 1);
        target.Advance(Encoding.UTF8.GetBytes(text, target.GetSpan(length)));
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(Take(ref bytes, 8));

    private static DateTimeOffset ReadTime(ref ReadOnlySpan<byte> bytes) => new(ReadNumber(ref bytes), TimeSpan.Zero);

    private static string? ReadText(ref ReadOnlySpan<byte> bytes)
    {
        var length = ReadNumber(ref bytes) - 1;
        return length < 0 ? null : Encoding.UTF8.GetString(Take(ref bytes, length));
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> bytes, long length)
    {
        if (length > bytes.Length)
        {
            throw new InvalidDataException("The record of an entry is cut short.");
        }

        var taken = bytes[..(int)length];
        bytes = bytes[(int)length..];
        return taken;
    }
}
