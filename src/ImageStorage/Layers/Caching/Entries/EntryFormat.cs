using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.Caching.Entries;

/// <summary>
/// The layout of a cached image outside of memory: all that is known of it, then its bytes. The length of the front is known before the first byte of the image, so the bytes are
/// written as they come and the front last.
/// </summary>
/// <remarks>
/// <code>
///    0  magic        "ImgStCch"
///    8  version      u16, 2
///   10  block        u8, log2 of the block length, 17
///   11  zero         u8
///   12  R            u32, the length of the record
///   16  P            i64, the length of the payload
///   24  stored       i64, when the image was read from its provider, UTC ticks
///   32  validated    i64, the last time at which the provider was known to have this version, taken before it was asked, UTC ticks
///   40  store        u128, the identity of the store, big-endian
///   56  table        16 bytes for each 128 KiB of payload: XXH128, big-endian
///    …  record       R bytes
///    …  zeros        up to 16 bytes in front of a multiple of 64
///    …  hash         XXH128, big-endian, of all of the above
///    …  payload      P bytes
/// </code>
/// Little-endian otherwise. The payload begins where the processor copies it as fast as from the beginning of a page: at any odd place a third was lost. Nothing is flushed to the medium: what a crash has torn does not match its hashes, and is no entry.
/// </remarks>
internal static class EntryFormat
{
    public const int BlockShift = 17;
    public const int BlockLength = 1 << BlockShift;
    public const int HashLength = 16;
    public const int FixedLength = 56;

    /// <summary>The version of the layout.</summary>
    public const ushort Version = 2;

    private const int StoreOffset = 40;
    private const int MostRecordLength = 1 << 20;
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => "ImgStCch"u8;

    public static int BlockCount(long payloadLength) => checked((int)((payloadLength + BlockLength - 1) >> BlockShift));

    public static int FrontLength(long payloadLength, int recordLength) => checked(FixedLength + (BlockCount(payloadLength) * HashLength) + recordLength + HashLength + Alignment - 1) & -Alignment;

    /// <summary>The front of an entry, but for the hashes of the payload and its own.</summary>
    public static byte[] CreateFront(UInt128 store, ImageInfo info, long payloadLength, DateTimeOffset storedAt, DateTimeOffset validatedAt)
    {
        var record = new ArrayBufferWriter<byte>(1024);
        EntryRecord.Write(record, info);
        var front = new byte[FrontLength(payloadLength, record.WrittenCount)];
        Magic.CopyTo(front);
        BinaryPrimitives.WriteUInt16LittleEndian(front.AsSpan(8), Version);
        front[10] = BlockShift;
        BinaryPrimitives.WriteInt32LittleEndian(front.AsSpan(12), record.WrittenCount);
        BinaryPrimitives.WriteInt64LittleEndian(front.AsSpan(16), payloadLength);
        BinaryPrimitives.WriteInt64LittleEndian(front.AsSpan(24), storedAt.UtcTicks);
        BinaryPrimitives.WriteInt64LittleEndian(front.AsSpan(32), validatedAt.UtcTicks);
        BinaryPrimitives.WriteUInt128BigEndian(front.AsSpan(StoreOffset), store);
        record.WrittenSpan.CopyTo(front.AsSpan(FixedLength + (BlockCount(payloadLength) * HashLength)));
        return front;
    }

    /// <summary>Where the hashes of the payload's blocks stand.</summary>
    public static Span<byte> TableOf(Span<byte> front, long payloadLength) => front.Slice(FixedLength, BlockCount(payloadLength) * HashLength);

    /// <summary>Writes the last hash, when all else is there.</summary>
    public static void Seal(Span<byte> front) => XxHash128.Hash(front[..^HashLength], front[^HashLength..]);

    /// <summary>The length of the front of an entry of this length; null when it is none.</summary>
    public static int? TryReadFrontLength(ReadOnlySpan<byte> start, long entryLength)
    {
        if (start.Length < FixedLength || !start.StartsWith(Magic) || BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) != Version || start[10] != BlockShift)
        {
            return null;
        }

        var recordLength = BinaryPrimitives.ReadInt32LittleEndian(start[12..]);
        var payloadLength = BinaryPrimitives.ReadInt64LittleEndian(start[16..]);
        if (recordLength is < 1 or > MostRecordLength || payloadLength < 0 || payloadLength > entryLength)
        {
            return null;
        }

        var length = FrontLength(payloadLength, recordLength);
        return length + payloadLength == entryLength ? length : null;
    }

    /// <summary>What stands in the front of an entry; null when it is damaged, or that of another image.</summary>
    public static EntryFront? TryRead(ReadOnlySpan<byte> front, UInt128 store, ImageKey key)
    {
        if (!IsSound(front[..^HashLength], front[^HashLength..]) || BinaryPrimitives.ReadUInt128BigEndian(front[StoreOffset..]) != store)
        {
            return null;
        }

        var payloadLength = BinaryPrimitives.ReadInt64LittleEndian(front[16..]);
        var tableLength = BlockCount(payloadLength) * HashLength;
        try
        {
            return EntryRecord.Read(front.Slice(FixedLength + tableLength, BinaryPrimitives.ReadInt32LittleEndian(front[12..])), key) is { } info
                ? new EntryFront(info, payloadLength, front.Slice(FixedLength, tableLength).ToArray(), TimeAt(front[24..]), TimeAt(front[32..]))
                : null;
        }
        catch (Exception exception) when (exception is InvalidDataException or ImageValidationException or ArgumentException)
        {
            // The hash is right, so a program has written this that is not this one.
            return null;
        }
    }

    public static bool IsSound(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(bytes, hash);
        return hash.SequenceEqual(expected);
    }

    private static DateTimeOffset TimeAt(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadInt64LittleEndian(bytes), TimeSpan.Zero);
}
