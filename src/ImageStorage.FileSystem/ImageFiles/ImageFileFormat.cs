using System.Buffers.Binary;
using System.IO.Hashing;
using ImageStorage.Providers;

namespace ImageStorage.FileSystem.ImageFiles;

/// <summary>
/// The format of an image file: the payload exactly as given, the table of block hashes, the record, and a
/// trailer of fixed length. It follows the needle of Haystack (Beaver et al., OSDI 2010), with one file per image.
/// </summary>
/// <remarks>
/// <code>
/// payload          P bytes
/// table            16 bytes for each 128 KiB of payload, the last block may be shorter: XXH128, big-endian
/// record           R bytes, see docs/design/record-format.md
/// trailer          48 bytes, little-endian:
///    0  magic      "ImgStImg"
///    8  version    u16, 1
///   10  block      u8, log2 of the block length, 17
///   11  zero       u8
///   12  R          u32
///   16  P          u64
///   24  zero       u64
///   32  hash       XXH128, big-endian, of table, record and the 32 bytes of the trailer before
/// </code>
/// The table is a <see cref="BlockHashTable"/>: every byte is verified before it is returned, also in range reads.
/// </remarks>
internal static class ImageFileFormat
{
    public const int TrailerLength = 48;
    private const int HashLength = BlockHashTable.HashLength;
    private const int HashOffset = 32;
    private const ushort Version = 1;

    private static ReadOnlySpan<byte> Magic => "ImgStImg"u8;

    /// <summary>Writes the trailer after the table and the record, which precede it in the same buffer.</summary>
    public static void WriteTrailer(Span<byte> footer, int recordLength, long payloadLength)
    {
        var trailer = footer[^TrailerLength..];
        trailer.Clear();
        Magic.CopyTo(trailer);
        BinaryPrimitives.WriteUInt16LittleEndian(trailer[8..], Version);
        trailer[10] = BlockHashTable.BlockShift;
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[12..], (uint)recordLength);
        BinaryPrimitives.WriteInt64LittleEndian(trailer[16..], payloadLength);
        XxHash128.Hash(footer[..^HashLength], trailer[HashOffset..]);
    }

    /// <summary>Reads the trailer of a file of a given length.</summary>
    public static TrailerStatus TryReadTrailer(ReadOnlySpan<byte> trailer, long fileLength, out long payloadLength, out int recordLength)
    {
        payloadLength = 0;
        recordLength = 0;
        if (trailer.Length != TrailerLength || !trailer.StartsWith(Magic))
        {
            return TrailerStatus.Missing;
        }

        if (BinaryPrimitives.ReadUInt16LittleEndian(trailer[8..]) > Version)
        {
            return TrailerStatus.Newer;
        }

        payloadLength = BinaryPrimitives.ReadInt64LittleEndian(trailer[16..]);
        recordLength = BinaryPrimitives.ReadInt32LittleEndian(trailer[12..]);
        return payloadLength >= 0 && payloadLength < fileLength && recordLength > 0 && recordLength < fileLength && trailer[10] == BlockHashTable.BlockShift
            && payloadLength + BlockHashTable.LengthOf(payloadLength) + recordLength + TrailerLength == fileLength
            ? TrailerStatus.Sound
            : TrailerStatus.Damaged;
    }

    /// <summary>Returns <see langword="true"/> if the hash in the trailer matches table, record and trailer.</summary>
    public static bool IsSound(ReadOnlySpan<byte> footer)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        XxHash128.Hash(footer[..^HashLength], hash);
        return hash.SequenceEqual(footer[^HashLength..]);
    }
}

/// <summary>The status of the trailer of a file.</summary>
internal enum TrailerStatus
{
    /// <summary>There is no trailer: the file was truncated, or the library did not write it.</summary>
    Missing,

    /// <summary>A newer version of the library wrote the file.</summary>
    Newer,

    /// <summary>The lengths in the trailer contradict the file.</summary>
    Damaged,

    /// <summary>The trailer matches the length of the file.</summary>
    Sound,
}
