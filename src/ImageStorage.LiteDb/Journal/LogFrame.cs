using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.LiteDb.Journal;

/// <summary>
/// The form in which a page of LiteDB's log stands in our log file. LiteDB's own log has no checksums: after a power cut a
/// commit can look complete of which some pages never reached the disk. Here each frame's hash covers that of the frame before
/// it, so what is read back is exactly a beginning of what was written.
/// </summary>
/// <remarks>
/// <code>
///    0  magic      "ISL1"
///    4  index      u32, from 0
///    8  epoch      u64, random for each filling of the log, so that leftovers of an earlier one do not fit
///   16  durable    u32, how many frames were known to be on the disk when this one was written
///   20  zero       u32
///   24  hash       XXH128 of the 24 bytes before, the page, and the hash of the frame before
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

    // Where LiteDB marks the last page of a commit.
    private const int ConfirmedOffset = 18;

    private static ReadOnlySpan<byte> Magic => "ISL1"u8;

    public static Span<byte> PageOf(Span<byte> frame) => frame[HeaderLength..];

    /// <summary>Is this page the last one of a commit?</summary>
    public static bool IsConfirmed(ReadOnlySpan<byte> page) => page[ConfirmedOffset] != 0;

    /// <summary>Fills in everything in front of the page, and answers the hash.</summary>
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

    /// <summary>Is this the frame at an index, behind the frame with a hash?</summary>
    public static bool IsSound(ReadOnlySpan<byte> frame, int index, UInt128 previous) =>
        frame.StartsWith(Magic) && BinaryPrimitives.ReadInt32LittleEndian(frame[4..]) == index && StoredHash(frame) == HashOf(frame, previous);

    public static long EpochOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt64LittleEndian(frame[8..]);

    public static int DurableOf(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadInt32LittleEndian(frame[16..]);

    public static UInt128 StoredHash(ReadOnlySpan<byte> frame) => BinaryPrimitives.ReadUInt128LittleEndian(frame[HashOffset..]);

    private static UInt128 HashOf(ReadOnlySpan<byte> frame, UInt128 previous)
    {
        Span<byte> ends = stackalloc byte[HashOffset + HashLength];
        frame[..HashOffset].CopyTo(ends);
        BinaryPrimitives.WriteUInt128LittleEndian(ends[HashOffset..], previous);
        return XxHash128.HashToUInt128(frame[HeaderLength..], unchecked((long)XxHash3.HashToUInt64(ends)));
    }
}
