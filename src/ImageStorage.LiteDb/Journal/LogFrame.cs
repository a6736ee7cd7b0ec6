using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.LiteDb.Journal;

/// <summary>
/// The format of a page in the log file. LiteDB's own log has no checksums: after a power cut a commit can look
/// complete although some of its pages never reached the disk. Here the hash of each frame covers the hash of the
/// previous frame, so the frames that are read back are exactly a prefix of the frames that were written.
/// </summary>
/// <remarks>
/// <code>
///    0  magic      "ISL1"
///    4  index      u32, from 0
///    8  epoch      u64, random for each filling of the log, so that frames of an earlier filling do not fit
///   16  durable    u32, number of frames known to be durable when this frame was written
///   20  zero       u32
///   24  hash       XXH128 of the 24 bytes above, the page, and the hash of the previous frame
///   40  page       8,192 bytes
/// </code>
/// </remarks>
internal static class LogFrame
{
    public const int PageLength = 8192;
    public const int Length = HeaderLength + PageLength;
    private const int HeaderLength = 40;
    private const int HashOffset = 24;
    private const int HashLength = 16;

    // The byte in which LiteDB marks the last page of a commit.
    private const int ConfirmedOffset = 18;

    private static ReadOnlySpan<byte> Magic => "ISL1"u8;

    /// <summary>Returns the page of a frame.</summary>
    public static Span<byte> PageOf(Span<byte> frame) => frame[HeaderLength..];

    /// <summary>Returns whether a page is the last page of a commit.</summary>
    public static bool IsConfirmed(ReadOnlySpan<byte> page) => page[ConfirmedOffset] != 0;

    /// <summary>Writes the header of a frame.</summary>
    /// <returns>The hash of the frame.</returns>
    public static UInt128 Seal(Span<byte> frame, int index, long epoch, int durable, UInt128 previous)
    {
        Magic.CopyTo(frame);
        BinaryPrimitives.WriteInt32LittleEndian(frame[4..], index);
        BinaryPrimitives.WriteInt64LittleEndian(frame[8..], epoch);
        BinaryPrimitives.WriteInt32LittleEndian(frame[16..], durable);
        BinaryPrimitives.WriteInt32LittleEndian(frame[20..], 0);
        var hash = HashOf(frame, previous);
        BinaryPrimitives.WriteUInt128LittleEndian(frame[HashOffset..], hash);
        return hash;
    }

    /// <summary>Returns whether a frame is sound, has an index, and follows the frame with a hash.</summary>
    public static bool IsSound(ReadOnlySpan<byte> frame, int index, UInt128 previous) =>
        frame.StartsWith(Magic) && BinaryPrimitives.ReadInt32LittleEndian(frame[4..]) == index && StoredHash(frame) == HashOf(frame, previous);

    /// <summary>Returns the epoch of a frame.</summary>
    public static long EpochOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64LittleEndian(frame[8..]);

    /// <summary>Returns the number of frames that were durable when a frame was written.</summary>
    public static int DurableOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32LittleEndian(frame[16..]);

    /// <summary>Returns the hash in the header of a frame.</summary>
    public static UInt128 StoredHash(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt128LittleEndian(frame[HashOffset..]);

    private static UInt128 HashOf(ReadOnlySpan<byte> frame, UInt128 previous)
    {
        Span<byte> ends = stackalloc byte[HashOffset + HashLength];
        frame[..HashOffset].CopyTo(ends);
        BinaryPrimitives.WriteUInt128LittleEndian(ends[HashOffset..], previous);
        return XxHash128.HashToUInt128(frame[HeaderLength..], unchecked((long)XxHash3.HashToUInt64(ends)));
    }
}
