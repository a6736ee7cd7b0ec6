using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The format of a log: a magic of 8 bytes, then records. Each record is followed by the lower 32 bits of its XXH3,
/// seeded with its offset. Anything after the last sound record was torn by a crash and never acknowledged.
/// </summary>
internal static class LogFormat
{
    public const int MaxRecordLength = IndexRecord.MaxLength + HashLength;
    public const int MagicLength = 8;
    private const int HashLength = 4;

    public static ReadOnlySpan<byte> Magic => "ImgStLg1"u8;

    /// <summary>Writes a record for an offset of the log. Returns the written length.</summary>
    public static int Write(Span<byte> target, in IndexRecord record, int offset)
    {
        record.WriteTo(target);
        BinaryPrimitives.WriteUInt32LittleEndian(target[record.Length..], HashOf(target[..record.Length], offset));
        return record.Length + HashLength;
    }

    /// <summary>Appends the positions of all sound records of a log.</summary>
    public static void Parse(ReadOnlySpan<byte> log, List<LogRecordPosition> positions)
    {
        if (!log.StartsWith(Magic))
        {
            return;
        }

        for (var offset = MagicLength; IndexRecord.TryRead(log[offset..], out var record); offset += record.Length + HashLength)
        {
            var end = offset + record.Length;
            if (log.Length < end + HashLength || BinaryPrimitives.ReadUInt32LittleEndian(log[end..]) != HashOf(log[offset..end], offset))
            {
                break;
            }

            positions.Add(new LogRecordPosition(record.Ticks, offset));
        }
    }

    private static uint HashOf(ReadOnlySpan<byte> record, int offset) => (uint)XxHash3.HashToUInt64(record, offset);
}

/// <summary>The offset of a record in a log, and its time, which decides most comparisons.</summary>
internal readonly record struct LogRecordPosition(long Ticks, int Offset);
