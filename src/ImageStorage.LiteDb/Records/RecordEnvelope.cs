using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using ImageStorage.LiteDb.Files;
using ImageStorage.Providers;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// Encodes a record as one value of a document: a hash, the format, the version and the length of the chunks, then the
/// record itself (docs/design/record-format.md). The value is read into one known type only, without LiteDB's mapper,
/// which would create objects of the types that a document names.
/// </summary>
internal static class RecordEnvelope
{
    private const int FormatOffset = 16;
    private const int VersionOffset = FormatOffset + sizeof(byte);
    private const int ChunkBytesOffset = VersionOffset + sizeof(long);
    private const int RecordOffset = ChunkBytesOffset + sizeof(int);
    private const byte Format = 1;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    /// <summary>Encodes a record.</summary>
    public static byte[] Write(StoredRecord record)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        buffer.GetSpan(RecordOffset)[..RecordOffset].Clear();
        buffer.Advance(RecordOffset);
        RecordCodec.Write(buffer, record.Info);
        var bytes = buffer.WrittenSpan.ToArray();
        bytes[FormatOffset] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(VersionOffset), record.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(ChunkBytesOffset), record.ChunkBytes);
        XxHash128.Hash(bytes.AsSpan(FormatOffset), bytes);
        return bytes;
    }

    /// <summary>Decodes a record.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="key">The key of the image; null if the document has no valid key.</param>
    /// <exception cref="DamagedFileException">
    /// The bytes are not the bytes of a record, or the record belongs to another image.
    /// </exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the record.</exception>
    public static StoredRecord Read(ReadOnlySpan<byte> bytes, ImageKey? key)
    {
        Span<byte> hash = stackalloc byte[FormatOffset];
        XxHash128.Hash(bytes[Math.Min(FormatOffset, bytes.Length)..], hash);
        if (bytes.Length <= FormatOffset || !bytes.StartsWith(hash))
        {
            throw new DamagedFileException("its record does not match its hash");
        }

        if (bytes[FormatOffset] > Format)
        {
            throw ProviderErrors.Newer(key, LiteDbImageProvider.ProviderName);
        }

        try
        {
            return bytes.Length > RecordOffset
                ? new StoredRecord(
                    RecordCodec.Read(bytes[RecordOffset..], key, LiteDbImageProvider.ProviderName),
                    BinaryPrimitives.ReadInt64LittleEndian(bytes[VersionOffset..]),
                    BinaryPrimitives.ReadInt32LittleEndian(bytes[ChunkBytesOffset..]))
                : throw new DamagedFileException("its record is not complete");
        }
        catch (InvalidDataException exception)
        {
            throw new DamagedFileException(exception.Message);
        }
    }
}
