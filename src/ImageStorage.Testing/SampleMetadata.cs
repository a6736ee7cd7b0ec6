using System.Buffers.Binary;

namespace ImageStorage.Testing;

/// <summary>Inserts metadata of any length before the pixels of a sample image.</summary>
internal static class SampleMetadata
{
    private const int SegmentLength = 65_533;
    private const int SubBlockLength = 255;
    private const int PngHeaderEnd = 33;
    private const int GifScreenEnd = 13;

    public static byte[] AddTo(byte[] image, int length, int seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        byte[] noise = new byte[length];
        SampleNoise.Fill(seed, 0, noise);
        return image switch
        {
            [0xFF, 0xD8, ..] => [.. image.AsSpan(0, 2), .. Segments(noise), .. image.AsSpan(2)],
            [0x89, ..] => [.. image.AsSpan(0, PngHeaderEnd), .. SampleImages.PngChunk("teXt"u8, noise), .. image.AsSpan(PngHeaderEnd)],
            [(byte)'G', ..] => AddToGif(image, noise),
            [(byte)'R', ..] => AddToWebP(image, noise),
            _ => AddToAvif(image, noise),
        };
    }

    private static byte[] Segments(byte[] noise)
    {
        var bytes = new List<byte>(noise.Length + (4 * (noise.Length / SegmentLength)) + 4);
        foreach (byte[] part in noise.Chunk(SegmentLength))
        {
            SampleJpeg.Segment(bytes, 0xE2, part);
        }

        return [.. bytes];
    }

    private static byte[] AddToGif(byte[] image, byte[] noise)
    {
        // The image has a global table of 128 colours; comments come after it.
        int at = GifScreenEnd + (3 * 128);
        var comment = new List<byte>(noise.Length + (noise.Length / SubBlockLength) + 4) { 0x21, 0xFE };
        foreach (byte[] block in noise.Chunk(SubBlockLength))
        {
            comment.Add((byte)block.Length);
            comment.AddRange(block);
        }

        comment.Add(0);
        return [.. image.AsSpan(0, at), .. comment, .. image.AsSpan(at)];
    }

    private static byte[] AddToWebP(byte[] image, byte[] noise)
    {
        // The dimensions less one, in 14 bits each after the signature of the bitstream.
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(image.AsSpan(21));
        (uint width, uint height) = (bits & 0x3FFF, (bits >> 14) & 0x3FFF);
        byte[] canvas = [0x20, 0, 0, 0, (byte)width, (byte)(width >> 8), 0, (byte)height, (byte)(height >> 8), 0];
        byte[] chunks = [.. RiffChunk("VP8X"u8, canvas), .. RiffChunk("ICCP"u8, noise), .. image.AsSpan(12)];
        return [.. "RIFF"u8, .. UInt32Little(4 + chunks.Length), .. "WEBP"u8, .. chunks];
    }

    private static byte[] RiffChunk(ReadOnlySpan<byte> type, byte[] body) => [.. type, .. UInt32Little(body.Length), .. body, .. new byte[body.Length & 1]];

    private static byte[] UInt32Little(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    /// <summary>
    /// Inserts a free box between the file type and the description, and adds its length to the offset of the data.
    /// </summary>
    private static byte[] AddToAvif(byte[] image, byte[] noise)
    {
        int at = BinaryPrimitives.ReadInt32BigEndian(image);
        byte[] free = SampleAvif.Box("free"u8, noise);
        byte[] result = [.. image.AsSpan(0, at), .. free, .. image.AsSpan(at)];
        int location = result.AsSpan().LastIndexOf("iloc"u8) + 4 + 14;
        BinaryPrimitives.WriteInt32BigEndian(result.AsSpan(location), BinaryPrimitives.ReadInt32BigEndian(result.AsSpan(location)) + free.Length);
        return result;
    }
}
