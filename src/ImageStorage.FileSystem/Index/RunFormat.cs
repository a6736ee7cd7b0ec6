using System.Buffers.Binary;
using System.IO.Hashing;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The layout of a run: sorted records in blocks of 4 KiB, so that any record is found by halving. A block is a u16, the
/// bytes in use with these two, then records, zeros, and at its end the XXH3 of all before it, seeded with its number.
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

    /// <summary>Answers how many bytes of a block are in use.</summary>
    public static int Check(ReadOnlySpan<byte> block, int number)
    {
        var used = BinaryPrimitives.ReadUInt16LittleEndian(block);
        return used is > HeaderLength and <= MaxUsed && BinaryPrimitives.ReadUInt64LittleEndian(block[MaxUsed..]) == XxHash3.HashToUInt64(block[..MaxUsed], number)
            ? used
            : throw new IndexDamagedException("a block of a run does not match its hash");
    }
}
