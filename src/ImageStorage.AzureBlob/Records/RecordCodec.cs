using System.Buffers.Binary;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;

namespace ImageStorage.AzureBlob.Records;

/// <summary>
/// Encodes the record of an image as one metadata value of a blob, which is an HTTP header: a compact binary form with
/// a checksum, as Base64. The service accepts 8 KiB of names and values.
/// </summary>
internal static class RecordCodec
{
    /// <summary>The name of the metadata value.</summary>
    public const string Name = "imagestorage";

    /// <summary>
    /// The maximum size of file name, metadata and tags in bytes; lengths and the other fields need space too.
    /// </summary>
    public const int MaxTextBytes = 4096;

    private const int Budget = 8 << 10;
    private const byte Version = 1;
    private const int ChecksumLength = sizeof(ulong);

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Payload = 1,
        Sha256 = 2,
        FileName = 4,
        Encoding = 8,
    }

    /// <summary>Encodes a record.</summary>
    /// <exception cref="ImageValidationException">The record exceeds the space for metadata.</exception>
    public static string Encode(ImageRecord record)
    {
        using var stream = new MemoryStream(512);
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            Write(writer, record);
            writer.Flush();
            writer.Write(XxHash3.HashToUInt64(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        }

        var length = Name.Length + Base64Url.GetEncodedLength((int)stream.Length);
        return length <= Budget
            ? Base64Url.EncodeToString(stream.GetBuffer().AsSpan(0, (int)stream.Length))
            : throw new ImageValidationException(ImageValidationKind.InvalidMetadata, $"Image '{record.Info.Key}' was refused: its record needs {length} characters of the blob's metadata, more than the maximum of {Budget} in Azure Blob Storage. Use fewer or shorter metadata and tags.") { Key = record.Info.Key, Provider = AzureBlobImageProvider.ProviderName };
    }

    /// <summary>Decodes a record.</summary>
    /// <exception cref="ImageCorruptedException">
    /// The record is missing, is damaged, or belongs to another key.
    /// </exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote it.</exception>
    public static ImageRecord Decode(ImageKey key, IDictionary<string, string>? metadata)
    {
        if (metadata is null || !metadata.TryGetValue(Name, out var text))
        {
            throw Damaged(key, "the library did not write its blob: the metadata have no record", "Move the blob out of the store, or save the image again.");
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            if (bytes.Length > 0 && bytes[0] > Version)
            {
                throw new StorageNotSupportedException($"Image '{key}' was written to {AzureBlobImageProvider.ProviderName} by a newer version of the library (record version {bytes[0]}; this version reads {Version}). Update the library.") { Key = key, Provider = AzureBlobImageProvider.ProviderName };
            }

            if (bytes.Length <= ChecksumLength || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(^ChecksumLength..)) != XxHash3.HashToUInt64(bytes.AsSpan(..^ChecksumLength)))
            {
                throw Damaged(key, "its record does not match its checksum");
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - ChecksumLength), Encoding.UTF8);
            return Read(reader, key);
        }
        catch (Exception exception) when (exception is FormatException or IOException or ArgumentException or OverflowException or ImageValidationException)
        {
            throw Damaged(key, "its record cannot be read", inner: exception);
        }
    }

    /// <summary>Reads the payload of a record, for any key.</summary>
    /// <returns><see langword="false"/> when the record is unreadable.</returns>
    public static bool TryReadPayload(IDictionary<string, string>? metadata, out Guid? payload)
    {
        payload = null;
        try
        {
            var bytes = metadata is not null && metadata.TryGetValue(Name, out var text) ? Base64Url.DecodeFromChars(text) : [];
            if (bytes.Length <= ChecksumLength || bytes[0] != Version || BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(^ChecksumLength..)) != XxHash3.HashToUInt64(bytes.AsSpan(..^ChecksumLength)))
            {
                return false;
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, 0, bytes.Length - ChecksumLength), Encoding.UTF8);
            reader.ReadByte();
            payload = ReadPayload(reader, (Parts)reader.ReadByte(), out _, out _, out _, out _);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or IOException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Returns the failure of a damaged image.</summary>
    public static ImageCorruptedException Damaged(ImageKey key, string reason, string remedy = "Restore the image from a backup, or save the image again.", Exception? inner = null) =>
        new($"Image '{key}' in {AzureBlobImageProvider.ProviderName} is damaged: {reason}. {remedy}", inner) { Key = key, Provider = AzureBlobImageProvider.ProviderName, Reason = reason };

    private static ulong Check(ImageKey key) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key.Value));

    private static void Write(BinaryWriter writer, ImageRecord record)
    {
        var info = record.Info;
        writer.Write(Version);
        writer.Write((byte)((record.Payload is null ? Parts.None : Parts.Payload)
            | (info.Sha256 is null ? Parts.None : Parts.Sha256)
            | (info.FileName is null ? Parts.None : Parts.FileName)
            | (info.Encoding is null ? Parts.None : Parts.Encoding)));
        writer.Write(Check(info.Key));
        writer.Write(record.EntryId);
        writer.Write7BitEncodedInt64(record.StoredLength);
        Write(writer, record.StoredHash);
        if (record.Payload is { } payload)
        {
            writer.Write(payload.ToByteArray());
        }

        writer.Write7BitEncodedInt64(info.Length);
        writer.Write7BitEncodedInt(info.Width);
        writer.Write7BitEncodedInt(info.Height);
        Write(writer, info.XxHash128);
        if (info.Sha256 is { } sha)
        {
            Span<byte> bytes = stackalloc byte[32];
            sha.CopyTo(bytes);
            writer.Write(bytes);
        }

        writer.Write(info.CreatedAt.UtcTicks);
        writer.Write(info.ModifiedAt.UtcTicks);
        writer.Write(info.ETag.Value);
        writer.Write(info.ContentType);
        WriteTexts(writer, info);
    }

    private static void WriteTexts(BinaryWriter writer, ImageInfo info)
    {
        if (info.FileName is not null)
        {
            writer.Write(info.FileName);
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

        if (info.Encoding is { } encoding)
        {
            writer.Write(encoding.Name);
            writer.Write7BitEncodedInt64(encoding.StoredLength);
            writer.Write7BitEncodedInt64(encoding.OriginalLength);
        }
    }

    private static ImageRecord Read(BinaryReader reader, ImageKey key)
    {
        reader.ReadByte();
        var parts = (Parts)reader.ReadByte();
        var payload = ReadPayload(reader, parts, out var owner, out var entryId, out var storedLength, out var storedHash);
        if (owner != Check(key))
        {
            throw Damaged(key, "its record belongs to another key: the blob was copied or renamed");
        }

        var info = new ImageInfo
        {
            Key = key,
            Length = reader.Read7BitEncodedInt64(),
            Width = reader.Read7BitEncodedInt(),
            Height = reader.Read7BitEncodedInt(),
            XxHash128 = ReadUInt128(reader),
            Sha256 = parts.HasFlag(Parts.Sha256) ? new Sha256Digest(reader.ReadBytes(32)) : null,
            CreatedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
            ModifiedAt = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero),
            ETag = new ImageETag(reader.ReadString()),
            ContentType = reader.ReadString(),
            FileName = parts.HasFlag(Parts.FileName) ? reader.ReadString() : null,
            Metadata = ReadMetadata(reader),
            Tags = ReadTags(reader),
            Encoding = parts.HasFlag(Parts.Encoding) ? new ImageEncoding { Name = reader.ReadString(), StoredLength = reader.Read7BitEncodedInt64(), OriginalLength = reader.Read7BitEncodedInt64() } : null,
        };
        return new ImageRecord { Info = info, EntryId = entryId, StoredLength = storedLength, StoredHash = storedHash, Payload = payload };
    }

    private static Guid? ReadPayload(BinaryReader reader, Parts parts, out ulong owner, out ulong entryId, out long storedLength, out UInt128 storedHash)
    {
        owner = reader.ReadUInt64();
        entryId = reader.ReadUInt64();
        storedLength = reader.Read7BitEncodedInt64();
        storedHash = ReadUInt128(reader);
        return parts.HasFlag(Parts.Payload) ? new Guid(reader.ReadBytes(16)) : null;
    }

    private static ImmutableSortedDictionary<string, string> ReadMetadata(BinaryReader reader)
    {
        var metadata = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal, StringComparer.Ordinal);
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            metadata.Add(reader.ReadString(), reader.ReadString());
        }

        return metadata.ToImmutable();
    }

    private static ImmutableArray<string> ReadTags(BinaryReader reader)
    {
        var tags = ImmutableArray.CreateBuilder<string>();
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            tags.Add(reader.ReadString());
        }

        return tags.ToImmutable();
    }

    private static void Write(BinaryWriter writer, UInt128 value)
    {
        writer.Write((ulong)(value >> 64));
        writer.Write((ulong)value);
    }

    private static UInt128 ReadUInt128(BinaryReader reader) => new(reader.ReadUInt64(), reader.ReadUInt64());
}
