using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace ImageStorage.Testing;

/// <summary>
/// Makes small images for tests, the same bytes for the same arguments on every machine of one .NET version. All but AVIF are complete: every decoder shows them.
/// </summary>
public static class SampleImages
{
    /// <summary>The fewest bytes that <see cref="OfLength"/> and <see cref="StreamOfLength"/> make.</summary>
    public const int MinimumLength = 96;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A PNG of 8-bit RGB whose pixels depend on <paramref name="seed"/>. It takes about 3 x width x height bytes of memory to make.</summary>
    public static byte[] Png(int width = 16, int height = 16, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            byte[] row = new byte[1 + (3 * width)]; // filter 0, then red, green and blue
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    ulong noise = SampleNoise.At(seed, ((long)y / 4 * width) + (x / 4));
                    row[1 + (3 * x)] = (byte)noise;
                    row[2 + (3 * x)] = (byte)(noise >> 8);
                    row[3 + (3 * x)] = (byte)(noise >> 16);
                }

                zlib.Write(row);
            }
        }

        return PngOf(width, height, colourType: 2, pixels.ToArray());
    }

    /// <summary>
    /// A PNG that only claims its dimensions: header and checksums are right, and the data have one pixel. For limits that must hold
    /// before anything is decoded.
    /// </summary>
    public static byte[] PngClaiming(int width, int height)
    {
        using var pixels = new MemoryStream();
        using (var zlib = new ZLibStream(pixels, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write([0, 0]);
        }

        return PngOf(width, height, colourType: 0, pixels.ToArray());
    }

    /// <summary>A grey baseline JPEG whose 8 x 8 blocks have flat values that depend on <paramref name="seed"/>; up to 65,535 pixels a side.</summary>
    public static byte[] Jpeg(int width = 16, int height = 16, int seed = 0) => SampleJpeg.Make(width, height, seed);

    /// <summary>A GIF89a of 128 colours whose pixels depend on <paramref name="seed"/>; up to 65,535 pixels a side. It takes a little more than a byte for a pixel.</summary>
    public static byte[] Gif(int width = 16, int height = 16, int seed = 0) => SampleGif.Make(width, height, seed);

    /// <summary>A lossless WebP of one colour that depends on <paramref name="seed"/>; up to 16,384 pixels a side. It has some forty bytes whatever its dimensions.</summary>
    public static byte[] WebP(int width = 16, int height = 16, int seed = 0) => SampleWebP.Make(width, height, seed);

    /// <summary>
    /// An AVIF with a sound description of one AV1 item, whose AV1 data are a sequence header and pseudo-random bytes in place of the
    /// pixels: enough for whatever reads headers, nothing for a decoder.
    /// </summary>
    public static byte[] Avif(int width = 16, int height = 16, int seed = 0) => SampleAvif.Make(width, height, seed);

    /// <summary>
    /// Returns a PNG of 16 x 16 pixels with exactly <paramref name="length"/> bytes, from <see cref="MinimumLength"/>; the rest are pseudo-random bytes in a private chunk after the
    /// pixels.
    /// </summary>
    public static byte[] OfLength(long length, int seed = 0)
    {
        using Stream stream = StreamOfLength(length, seed);
        byte[] bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// The bytes of <see cref="OfLength"/>, up to 2 GiB, as a stream that reads and seeks and makes them as it goes, so that large
    /// images take no memory. Seeking to the last bytes makes it go over all the others once, for their checksum.
    /// </summary>
    public static Stream StreamOfLength(long length, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinimumLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, int.MaxValue);
        return new SampleStream(length, seed);
    }

    /// <summary>
    /// Adds metadata before the pixels of a JPEG, PNG, GIF, WebP or AVIF that this class has made, as profiles, thumbnails, maker notes and
    /// texts do. The dimensions of a JPEG and of an AVIF come after the metadata.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="length">The number of bytes to add, at least; the parts of the format around them are added, too.</param>
    /// <param name="seed">The metadata are pseudo-random bytes that depend on the seed.</param>
    public static byte[] WithMetadata(byte[] image, int length, int seed = 0) => SampleMetadata.AddTo(image, length, seed);

    internal static byte[] PngOf(int width, int height, byte colourType, byte[] deflated)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8;
        header[9] = colourType;
        return [.. PngSignature, .. PngChunk("IHDR"u8, header), .. PngChunk("IDAT"u8, deflated), .. PngChunk("IEND"u8, [])];
    }

    internal static byte[] PngChunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }
}
