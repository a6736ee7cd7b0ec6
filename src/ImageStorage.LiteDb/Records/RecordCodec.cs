using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// Encodes records as one value of a document: a hash, then the fields in a fixed order. The value is read into one
/// known type only, without LiteDB's mapper, which would create objects of the types that a document names.
/// </summary>
internal static class RecordCodec
{
    private const int HashLength = 16;
    private const byte Format = 1;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] KnownContentTypes = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
    private static readonly ImmutableSortedDictionary<string, string> NoMetadata = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);

    /// <summary>Encodes a record.</summary>
    public static byte[] Write(StoredRecord record)
    {
        using var stream = new MemoryStream(512);
        using (var writer = new BinaryWriter(stream, Utf8, leaveOpen: true))
        {
            writer.Write(UInt128.Zero);
            writer.Write(Format);
            writer.Write(record.Version);
            writer.Write(record.ChunkBytes);
            Write(writer, record.Info);
        }

        var bytes = stream.ToArray();
        XxHash128.Hash(bytes.AsSpan(HashLength), bytes);
        return bytes;
    }

    /// <summary>Decodes a record.</summary>
    /// <exception cref="DamagedFileException">The bytes are not the bytes of a record.</exception>
    public static StoredRecord Read(byte[] bytes)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(bytes.AsSpan(Math.Min(HashLength, bytes.Length)), hash);
        if (bytes.Length <= HashLength || !bytes.AsSpan().StartsWith(hash))
        {
            throw new DamagedFileException("its record does not match its hash");
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes, HashLength, bytes.Length - HashLength), Utf8);
            return reader.ReadByte() == Format
                ? new StoredRecord(Version: reader.ReadInt64(), ChunkBytes: reader.ReadInt32(), Info: ReadInfo(reader))
                : throw new DamagedFileException("its record has another format");
        }
        catch (Exception exception) when (exception is EndOfStreamException or ArgumentException or FormatException or ImageValidationException)
        {
            throw new DamagedFileException("its record is not complete");
        }
    }

    private static void Write(BinaryWriter writer, ImageInfo info)
    {
        writer.Write(info.Key.Value);
        writer.Write(info.ContentType);
        writer.Write(info.Length);
        writer.Write(info.Width);
        writer.Write(info.Height);
        writer.Write(info.XxHash128);
        writer.Write(info.Sha256 is not null);
        if (info.Sha256 is { } sha)
        {
            Span<byte> digest = stackalloc byte[32];
            sha.CopyTo(digest);
            writer.Write(digest);
        }

        writer.Write(info.CreatedAt.UtcTicks);
        writer.Write(info.ModifiedAt.UtcTicks);
        writer.Write(info.ETag.Value);
        writer.Write(info.FileName is not null);
        if (info.FileName is { } fileName)
        {
            writer.Write(fileName);
        }

        writer.Write7BitEncodedInt(info.Metadata.Count);
        foreach (var (name, value) in info.Metadata)
        {
            writer.Write(name);
            writer.Write(value);
        }

        writer.Write7BitEncodedInt(info.Tags.Length);
        foreach (var tag in info.Tags)
        {
            writer.Write(tag);
        }

        writer.Write(info.Encoding is not null);
        if (info.Encoding is { } encoding)
        {
            writer.Write(encoding.Name);
            writer.Write(encoding.StoredLength);
            writer.Write(encoding.OriginalLength);
        }
    }

    private static ImageInfo ReadInfo(BinaryReader reader) => new()
    {
        // In the order of Write: an initializer sets its properties one after the other.
        Key = new ImageKey(reader.ReadString()),
        ContentType = Shared(reader.ReadString()),
        Length = reader.ReadInt64(),
        Width = reader.ReadInt32(),
        Height = reader.ReadInt32(),
        XxHash128 = ReadUInt128(reader),
        Sha256 = reader.ReadBoolean() ? new Sha256Digest(reader.ReadBytes(32)) : null,
        CreatedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        ModifiedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
        ETag = new ImageETag(reader.ReadString()),
        FileName = reader.ReadBoolean() ? reader.ReadString() : null,
        Metadata = ReadMetadata(reader),
        Tags = ReadTags(reader),
        Encoding = reader.ReadBoolean() ? new ImageEncoding { Name = reader.ReadString(), StoredLength = reader.ReadInt64(), OriginalLength = reader.ReadInt64() } : null,
    };

    private static ImmutableSortedDictionary<string, string> ReadMetadata(BinaryReader reader)
    {
        var count = reader.Read7BitEncodedInt();
        if (count == 0)
        {
            return NoMetadata;
        }

        var metadata = NoMetadata.ToBuilder();
        for (var i = 0; i < count; i++)
        {
            metadata[reader.ReadString()] = reader.ReadString();
        }

        return metadata.ToImmutable();
    }

    private static ImmutableArray<string> ReadTags(BinaryReader reader)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            tags.Add(reader.ReadString());
        }

        return tags.ToImmutable();
    }

    private static string Shared(string contentType) => Array.Find(KnownContentTypes, known => known == contentType) ?? contentType;

    private static void Write(this BinaryWriter writer, UInt128 value)
    {
        writer.Write((ulong)value);
        writer.Write((ulong)(value >> 64));
    }

    private static UInt128 ReadUInt128(BinaryReader reader)
    {
        var low = reader.ReadUInt64();
        return new UInt128(reader.ReadUInt64(), low);
    }
}
