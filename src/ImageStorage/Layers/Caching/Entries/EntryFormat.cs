using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using ImageStorage.Providers;

namespace ImageStorage.Caching.Entries;

/// <summary>
/// The layout of a cached image outside of memory: a header, then the payload. The length of the header is known before
/// the first byte of the payload, so the payload is written as it arrives and the header last.
/// </summary>
/// <remarks>
/// <code>
///    0  magic        "ImgStCch"
///    8  version      u16, 2
///   10  block        u8, log2 of the block length, 17
///   11  zero         u8
///   12  R            u32, the length of the record
///   16  P            i64, the length of the payload
///   24  stored       i64, UTC ticks: when the image was read from the provider
///   32  validated    i64, UTC ticks: the last time at which the version was confirmed, taken before the provider was asked
///   40  store        u128, the identity of the store, big-endian
///   56  table        16 bytes for each 128 KiB of payload: XXH128, big-endian
///    …  record       R bytes, see docs/design/record-format.md
///    …  zeros        padding: the header ends at a multiple of 64
///    …  hash         XXH128, big-endian, of everything above
///    …  payload      P bytes
/// </code>
/// Little-endian otherwise. The payload is aligned because copying an unaligned payload was a third slower. Nothing is
/// flushed to the medium: an entry that a crash has torn does not match its hashes and is dropped.
/// </remarks>
internal static class EntryFormat
{
    public const int FixedLength = 56;

    /// <summary>The version of the layout.</summary>
    public const ushort Version = 2;

    private const int HashLength = BlockHashTable.HashLength;
    private const int StoreOffset = 40;
    private const int MaxRecordLength = 1 << 20;
    private const int Alignment = 64;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _record;

    private static ReadOnlySpan<byte> Magic => "ImgStCch"u8;

    public static int HeaderLength(long payloadLength, int recordLength) => checked(FixedLength + TableLength(payloadLength) + recordLength + HashLength + Alignment - 1) & -Alignment;

    /// <summary>Creates the header of an entry, without the hashes of the payload and of the header.</summary>
    public static byte[] CreateHeader(UInt128 store, ImageInfo info, long payloadLength, DateTimeOffset storedAt, DateTimeOffset validatedAt)
    {
        var record = _record ??= new ArrayBufferWriter<byte>(1024);
        record.ResetWrittenCount();
        RecordCodec.Write(record, info);
        var header = new byte[HeaderLength(payloadLength, record.WrittenCount)];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        header[10] = BlockHashTable.BlockShift;
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(12), record.WrittenCount);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(16), payloadLength);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(24), storedAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), validatedAt.UtcTicks);
        BinaryPrimitives.WriteUInt128BigEndian(header.AsSpan(StoreOffset), store);
        record.WrittenSpan.CopyTo(header.AsSpan(FixedLength + TableLength(payloadLength)));
        return header;
    }

    /// <summary>Returns the part of a header with the hashes of the payload's blocks.</summary>
    public static Span<byte> TableOf(Span<byte> header, long payloadLength) => header.Slice(FixedLength, TableLength(payloadLength));

    /// <summary>Writes the hash of a header that is complete otherwise.</summary>
    public static void Seal(Span<byte> header) => XxHash128.Hash(header[..^HashLength], header[^HashLength..]);

    /// <summary>
    /// Returns the length of the header of an entry of this length, or null if the bytes are not an entry.
    /// </summary>
    public static int? TryReadHeaderLength(ReadOnlySpan<byte> start, long entryLength)
    {
        if (start.Length < FixedLength || !start.StartsWith(Magic) || BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) != Version || start[10] != BlockHashTable.BlockShift)
        {
            return null;
        }

        var recordLength = BinaryPrimitives.ReadInt32LittleEndian(start[12..]);
        var payloadLength = BinaryPrimitives.ReadInt64LittleEndian(start[16..]);
        if (recordLength is < 1 or > MaxRecordLength || payloadLength < 0 || payloadLength > entryLength)
        {
            return null;
        }

        var length = HeaderLength(payloadLength, recordLength);
        return length + payloadLength == entryLength ? length : null;
    }

    /// <summary>Reads a header. Returns null if the header is damaged, or belongs to another store or image.</summary>
    public static EntryHeader? TryRead(ReadOnlySpan<byte> header, UInt128 store, ImageKey key)
    {
        if (!IsSound(header[..^HashLength], header[^HashLength..]) || BinaryPrimitives.ReadUInt128BigEndian(header[StoreOffset..]) != store)
        {
            return null;
        }

        var payloadLength = BinaryPrimitives.ReadInt64LittleEndian(header[16..]);
        var tableLength = TableLength(payloadLength);
        try
        {
            var info = RecordCodec.Read(header.Slice(FixedLength + tableLength, BinaryPrimitives.ReadInt32LittleEndian(header[12..])), key, "the cache");
            return new EntryHeader(info, payloadLength, header.Slice(FixedLength, tableLength).ToArray(), TimeAt(header[24..]), TimeAt(header[32..]));
        }
        catch (Exception exception) when (exception is InvalidDataException or StorageNotSupportedException or ArgumentException)
        {
            // The entry of another image under this name, of another program, or of a newer version of the library.
            return null;
        }
    }

    private static int TableLength(long payloadLength) => checked((int)BlockHashTable.LengthOf(payloadLength));

    private static bool IsSound(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(bytes, hash);
        return hash.SequenceEqual(expected);
    }

    private static DateTimeOffset TimeAt(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadInt64LittleEndian(bytes), TimeSpan.Zero);
}
