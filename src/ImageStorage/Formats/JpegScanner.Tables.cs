using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <content>Checks frame headers and the lengths of tables.</content>
internal sealed partial class JpegScanner
{
    /// <summary>Returns the reason to refuse a frame header, or null.</summary>
    private string? CheckFrame(ReadOnlySpan<byte> segment)
    {
        // DCT: 8 or 12 bits; lossless (SOF3, 7, 11, 15): 2 to 16 (table B.2).
        int precision = segment[2];
        if (IsLossless(_marker) ? precision is < 2 or > 16 : precision is not (8 or 12))
        {
            return $"the sample precision of {precision} bits is not allowed";
        }

        int height = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]);
        int width = BinaryPrimitives.ReadUInt16BigEndian(segment[5..]);
        if (width == 0 || height == 0)
        {
            return width != 0
                ? "the height is 0, that is, given after the first scan (DNL), which hardly any decoder reads"
                : "the width is 0";
        }

        for (int i = 8; i < segment.Length; i += 3)
        {
            (int horizontal, int vertical, int table) = (segment[i + 1] >> 4, segment[i + 1] & 0x0F, segment[i + 2]);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || table > 3)
            {
                return $"component {segment[i]} has sampling factors {horizontal} x {vertical} and quantization table {table}, which are not 1 to 4 and 0 to 3";
            }
        }

        return null;
    }

    private static bool IsLossless(byte marker) => (marker & 0x03) == 0x03;

    private static string? VariantOf(byte marker, int precision) =>
        IsLossless(marker) ? $"lossless JPEG (SOF{marker & 0x0F})"
        : (marker & 0x04) != 0 ? $"hierarchical JPEG (SOF{marker & 0x0F})"
        : precision == 12 ? "12-bit JPEG"
        : null;

    /// <summary>Reads the head of one table of a DQT segment (B.2.4.1): 64 values of one or two bytes follow.</summary>
    private void ReadQuantization(byte head)
    {
        long end = Position + 1 + (64 * ((head >> 4) == 0 ? 1 : 2));
        if ((head & 0x0F) > 3 || end > _segmentEnd)
        {
            Refuse($"a quantization table of the segment DQT at byte {_markerAt} has a wrong number or does not fit into the segment");
        }
        else if (end == _segmentEnd)
        {
            GoToNextSegment();
        }
        else
        {
            GoTo(Phase.Quantization, end, 1);
        }
    }

    private void GoToHuffman(long position)
    {
        if (position == _segmentEnd)
        {
            GoToNextSegment();
        }
        else if (position + HuffmanHead > _segmentEnd)
        {
            Refuse($"the segment DHT at byte {_markerAt} is longer or shorter than its Huffman tables");
        }
        else
        {
            GoTo(Phase.Huffman, position, HuffmanHead);
        }
    }

    /// <summary>
    /// Reads the head of one table of a DHT segment (B.2.4.2). The number of values is the sum of the counts.
    /// </summary>
    private void ReadHuffman(ReadOnlySpan<byte> head)
    {
        int codes = 0;
        foreach (byte count in head[1..])
        {
            codes += count;
        }

        long end = Position + HuffmanHead + codes;
        if (head[0] >> 4 > 1 || (head[0] & 0x0F) > 3 || codes > 256 || end > _segmentEnd)
        {
            Refuse($"a Huffman table of the segment DHT at byte {_markerAt} has a wrong number, more than 256 codes, or does not fit into the segment");
        }
        else
        {
            GoToHuffman(end);
        }
    }
}
