using System.Numerics;

namespace ImageStorage.Testing;

/// <summary>
/// Creates a grey baseline JPEG of flat blocks: each has only a DC coefficient, so two tiny Huffman tables suffice.
/// </summary>
internal static class SampleJpeg
{
    private const int BlockSide = 8;
    private const int MaxSide = 65_535;

    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);

        var bytes = new List<byte> { 0xFF, 0xD8 };
        Segment(bytes, 0xE0, [.. "JFIF\0"u8, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
        Segment(bytes, 0xDB, [0, .. Enumerable.Repeat((byte)8, 64)]); // a step of 8 makes one unit of DC one level of grey
        Segment(bytes, 0xC0, [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0]);
        Segment(bytes, 0xC4, [0x00, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]); // DC: nine categories of 4 bits
        Segment(bytes, 0xC4, [0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x00]); // AC: "end of block" alone, bit 0
        Segment(bytes, 0xDA, [1, 1, 0x00, 0, 63, 0]);
        Blocks(bytes, (long)Blocks(width) * Blocks(height), seed);
        bytes.AddRange([0xFF, 0xD9]);
        return [.. bytes];
    }

    public static void Segment(List<byte> bytes, byte marker, ReadOnlySpan<byte> data)
    {
        int length = data.Length + 2;
        bytes.AddRange([0xFF, marker, (byte)(length >> 8), (byte)length]);
        foreach (byte b in data)
        {
            bytes.Add(b);
        }
    }

    private static int Blocks(int side) => (side + BlockSide - 1) / BlockSide;

    private static void Blocks(List<byte> bytes, long count, int seed)
    {
        uint bits = 0;
        int pending = 0;
        int previous = 0;
        for (long block = 0; block < count; block++)
        {
            int level = (int)(SampleNoise.At(seed, block) & 0xFF) - 128;
            int difference = level - previous;
            previous = level;

            // T.81 F.1.2.1: the category is the number of bits; negative values are one's complements.
            int category = 32 - BitOperations.LeadingZeroCount((uint)Math.Abs(difference));
            uint magnitude = (uint)(difference < 0 ? difference + (1 << category) - 1 : difference);
            Put((uint)category, 4);
            Put(magnitude, category);
            Put(0, 1);
        }

        Put(0x7F, 7); // pads the last byte with ones

        void Put(uint value, int length)
        {
            bits = (bits << length) | value;
            pending += length;
            while (pending >= 8)
            {
                pending -= 8;
                byte next = (byte)(bits >> pending);
                bytes.Add(next);
                if (next == 0xFF)
                {
                    bytes.Add(0x00); // byte stuffing: 0xFF is not a marker (B.1.1.5)
                }
            }
        }
    }
}
