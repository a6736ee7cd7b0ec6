namespace ImageStorage.Testing;

/// <summary>
/// A GIF89a whose LZW codes are all eight bits wide, so that the code stream is a byte stream: 128 colours, and the
/// dictionary is cleared before it needs a ninth bit.
/// </summary>
internal static class SampleGif
{
    private const int MaxSide = 65_535;
    private const int Colours = 128;
    private const byte Clear = 128;
    private const byte EndOfData = 129;

    // 126 entries after the two special codes fill eight bits.
    private const int CodesBetweenClears = 120;

    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, MaxSide);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, MaxSide);

        byte[] size = [(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8)];
        List<byte> bytes = [.. "GIF89a"u8, .. size, 0xF6, 0, 0]; // a global table of 2^(6+1) colours
        for (int i = 0; i < Colours; i++)
        {
            bytes.AddRange([(byte)(2 * i), (byte)(255 - (2 * i)), (byte)(i ^ seed)]);
        }

        bytes.AddRange([0x2C, 0, 0, 0, 0, .. size, 0, 7]);
        SubBlocks(bytes, Codes((long)width * height, seed));
        bytes.Add(0x3B);
        return [.. bytes];
    }

    private static IEnumerable<byte> Codes(long pixels, int seed)
    {
        for (long pixel = 0; pixel < pixels; pixel++)
        {
            if (pixel % CodesBetweenClears == 0)
            {
                yield return Clear;
            }

            yield return (byte)(SampleNoise.At(seed, pixel) % Colours);
        }

        yield return EndOfData;
    }

    private static void SubBlocks(List<byte> bytes, IEnumerable<byte> codes)
    {
        foreach (byte[] block in codes.Chunk(255))
        {
            bytes.Add((byte)block.Length);
            bytes.AddRange(block);
        }

        bytes.Add(0);
    }
}
