using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The format of a run: sorted records in blocks of 4 KiB, for binary search. A block is a u16 with the number of used
/// bytes including itself, records, zeros, and the XXH3 of everything before, seeded with the number of the block.
/// </summary>
internal static class RunFormat
{
    public const int BlockLength = 4096;
    public const int HeaderLength = 2;
    public const int MaxUsed = BlockLength - HashLength;
    private const int HashLength = 8;

    public static void Seal(Span<byte> block, int used, int number)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(block, (ushort)used);
        block[used..MaxUsed].Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(block[MaxUsed..], XxHash3.HashToUInt64(block[..MaxUsed], number));
    }

    /// <summary>Verifies a block. Returns the number of used bytes.</summary>
    public static int Check(ReadOnlySpan<byte> block, int number)
    {
        var used = BinaryPrimitives.ReadUInt16LittleEndian(block);
        return used is > HeaderLength and <= MaxUsed && BinaryPrimitives.ReadUInt64LittleEndian(block[MaxUsed..]) == XxHash3.HashToUInt64(block[..MaxUsed], number)
            ? used
            : throw new IndexDamagedException("a block of a run does not match its hash");
    }
}
