using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using ImageStorage.Providers;

namespace ImageStorage.AzureBlob.Records;

/// <summary>
/// Encodes the record of an image as one metadata value of a blob, which is an HTTP header: what the provider needs
/// besides, the record itself (docs/design/record-format.md) without its key, and a checksum, as Base64. The service
/// accepts 8 KiB of names and values, of which a retained version needs some for its key; a longer record is compressed.
/// </summary>
/// <remarks>
/// <code>
///    0  version      u8, 1
///    1  parts        u8: 1 a payload, 2 a compressed record
///    2  key          u64, XXH3 of the key
///   10  entry        u64, the id of the index entry
///   18  stored       i64, the number of stored bytes
///   26  hash         u128, the XXH128 of the stored bytes; with a payload, of the table of hashes
///   42  payload      16 bytes, the id of the payload, if there is one
///    …  record       up to the checksum
///    …  checksum     u64, XXH3 of everything before, at the end in every version
/// </code>
/// Little-endian.
/// </remarks>
internal static class RecordEnvelope
{
    /// <summary>The name of the metadata value.</summary>
    public const string Name = "imagestorage";

    /// <summary>
    /// The maximum size of file name, metadata and tags in bytes; the properties and the other fields need space too.
    /// </summary>
    public const int MaxTextBytes = 4096;

    private const int ServiceLimit = 8 << 10;
    private const byte Version = 1;

    // The rest is for the key of a retained version.
    private static readonly int Budget = ServiceLimit - RetainedKey.MaxLength;
    private const int ChecksumLength = sizeof(ulong);
    private const int FixedLength = 42;
    private const int PayloadLength = 16;

    // The shortest texts need six bytes in a record for each byte that counts as text.
    private const int MaxRecordLength = 64 << 10;
    private const int BestQuality = 11;
    private const int Window = 16;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Payload = 1,
        Compressed = 2,
    }

    /// <summary>Encodes a record.</summary>
    /// <exception cref="ImageValidationException">The record exceeds the space for metadata.</exception>
    public static string Encode(ImageRecord record)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        WriteFixed(buffer, record);
        var start = buffer.WrittenCount;
        RecordCodec.Write(buffer, record.Info, includeKey: false);
        var written = buffer.WrittenSpan;
        if (LengthOf(written.Length) > Budget)
        {
            written = Compressed(written[..start], written[start..]);
        }

        var length = LengthOf(written.Length);
        if (length > Budget)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidMetadata, $"Image '{record.Info.Key}' was refused: its record needs {length} characters of the blob's metadata, more than the maximum of {Budget} in Azure Blob Storage. Use fewer or shorter metadata and tags.") { Key = record.Info.Key, Provider = AzureBlobImageProvider.ProviderName };
        }

        var bytes = new byte[written.Length + ChecksumLength];
        written.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(^ChecksumLength..), XxHash3.HashToUInt64(written));
        return Base64Url.EncodeToString(bytes);
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

        if (!TryOpen(text, out var bytes))
        {
            throw Damaged(key, "its record does not match its checksum");
        }

        if (bytes[0] > Version)
        {
            throw ProviderErrors.Newer(key, AzureBlobImageProvider.ProviderName);
        }

        try
        {
            return Read(key, bytes);
        }
        catch (InvalidDataException exception)
        {
            throw Damaged(key, exception.Message, inner: exception);
        }
    }

    /// <summary>Reads the payload of a record, for any key.</summary>
    /// <returns><see langword="false"/> when the record is unreadable.</returns>
    public static bool TryReadPayload(IDictionary<string, string>? metadata, out Guid? payload)
    {
        payload = null;
        if (metadata is null || !metadata.TryGetValue(Name, out var text) || !TryOpen(text, out var bytes) || bytes[0] != Version || bytes.Length < RecordOffset(bytes))
        {
            return false;
        }

        payload = PayloadIn(bytes);
        return true;
    }

    /// <summary>Returns the failure of a damaged image.</summary>
    public static ImageCorruptedException Damaged(ImageKey key, string reason, string remedy = "Restore the image from a backup, or save the image again.", Exception? inner = null) => Damaged(key, reason, remedy, inner, isContentMissing: false);

    /// <summary>Returns the failure of an image whose payload is gone.</summary>
    public static ImageCorruptedException Missing(ImageKey key, string reason, string remedy = "Restore the image from a backup, or save the image again.", Exception? inner = null) => Damaged(key, reason, remedy, inner, isContentMissing: true);

    private static ImageCorruptedException Damaged(ImageKey key, string reason, string remedy, Exception? inner, bool isContentMissing) =>
        new($"Image '{key}' in {AzureBlobImageProvider.ProviderName} is damaged: {reason}. {remedy}", inner) { Key = key, Provider = AzureBlobImageProvider.ProviderName, Reason = reason, IsContentMissing = isContentMissing };

    private static ulong HashOf(ImageKey key) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(key.Value));

    private static int LengthOf(int recordLength) => Name.Length + Base64Url.GetEncodedLength(recordLength + ChecksumLength);

    private static int RecordOffset(ReadOnlySpan<byte> bytes) => FixedLength + (HasPart(bytes, Parts.Payload) ? PayloadLength : 0);

    private static Guid? PayloadIn(ReadOnlySpan<byte> bytes) => HasPart(bytes, Parts.Payload) ? new Guid(bytes.Slice(FixedLength, PayloadLength)) : null;

    private static bool HasPart(ReadOnlySpan<byte> bytes, Parts part) => ((Parts)bytes[1] & part) != 0;

    private static void WriteFixed(ArrayBufferWriter<byte> buffer, ImageRecord record)
    {
        var span = buffer.GetSpan(FixedLength + PayloadLength);
        span[0] = Version;
        span[1] = (byte)(record.Payload is null ? Parts.None : Parts.Payload);
        BinaryPrimitives.WriteUInt64LittleEndian(span[2..], HashOf(record.Info.Key));
        BinaryPrimitives.WriteUInt64LittleEndian(span[10..], record.EntryId);
        BinaryPrimitives.WriteInt64LittleEndian(span[18..], record.StoredLength);
        BinaryPrimitives.WriteUInt128LittleEndian(span[26..], record.StoredHash);
        record.Payload?.TryWriteBytes(span[FixedLength..]);
        buffer.Advance(FixedLength + (record.Payload is null ? 0 : PayloadLength));
    }

    // Many short texts need several times their own size in a record, which compresses well. The text itself has less
    // than seven bits per byte.
    private static ReadOnlySpan<byte> Compressed(ReadOnlySpan<byte> before, ReadOnlySpan<byte> record)
    {
        var bytes = new byte[before.Length + BrotliEncoder.GetMaxCompressedLength(record.Length)];
        before.CopyTo(bytes);
        bytes[1] |= (byte)Parts.Compressed;
        return BrotliEncoder.TryCompress(record, bytes.AsSpan(before.Length), out var length, BestQuality, Window)
            ? bytes.AsSpan(0, before.Length + length)
            : throw new InvalidOperationException("A record did not fit into the maximum length of its compressed form.");
    }

    /// <summary>Returns the bytes before the checksum, if the checksum matches.</summary>
    private static bool TryOpen(string text, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var decoded = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, decoded, out _, out var length) != OperationStatus.Done || length <= ChecksumLength + 1)
        {
            return false;
        }

        bytes = decoded.AsSpan(0, length - ChecksumLength);
        return BinaryPrimitives.ReadUInt64LittleEndian(decoded.AsSpan(bytes.Length)) == XxHash3.HashToUInt64(bytes);
    }

    /// <exception cref="InvalidDataException">The record is damaged, or belongs to another key.</exception>
    private static ImageRecord Read(ImageKey key, ReadOnlySpan<byte> bytes)
    {
        var offset = RecordOffset(bytes);
        if (bytes.Length < offset)
        {
            throw new InvalidDataException("its record is cut short");
        }

        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes[2..]) != HashOf(key))
        {
            throw new InvalidDataException("its record belongs to another key: the blob was copied or renamed");
        }

        return new ImageRecord
        {
            Info = ReadInfo(key, bytes[offset..], HasPart(bytes, Parts.Compressed)),
            EntryId = BinaryPrimitives.ReadUInt64LittleEndian(bytes[10..]),
            StoredLength = BinaryPrimitives.ReadInt64LittleEndian(bytes[18..]),
            StoredHash = BinaryPrimitives.ReadUInt128LittleEndian(bytes[26..]),
            Payload = PayloadIn(bytes),
        };
    }

    private static ImageInfo ReadInfo(ImageKey key, ReadOnlySpan<byte> record, bool isCompressed)
    {
        if (!isCompressed)
        {
            return RecordCodec.Read(record, key, AzureBlobImageProvider.ProviderName);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(MaxRecordLength);
        try
        {
            return BrotliDecoder.TryDecompress(record, buffer, out var length)
                ? RecordCodec.Read(buffer.AsSpan(0, length), key, AzureBlobImageProvider.ProviderName)
                : throw new InvalidDataException("its record cannot be decompressed");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
