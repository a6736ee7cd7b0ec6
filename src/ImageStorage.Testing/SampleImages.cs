using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace ImageStorage.Testing;

/// <summary>
/// Creates small images for tests. The same arguments give the same bytes on every machine with the same version of
/// .NET. Every decoder shows the images, except the images of <see cref="Avif"/>, which have no pixels.
/// </summary>
public static class SampleImages
{
    /// <summary>
    /// The minimum length that <see cref="OfLength"/> and <see cref="StreamOfLength"/> accept, in bytes.
    /// </summary>
    public const int MinimumLength = 96;

    private static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>
    /// Creates a PNG of 8-bit RGB whose pixels depend on <paramref name="seed"/>. The creation takes about 3 x width x
    /// height bytes of memory.
    /// </summary>
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
    /// Creates a PNG that only declares its dimensions: header and checksums are valid, and the data have one pixel.
    /// Use it to test limits that must hold before anything is decoded.
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

    /// <summary>
    /// Creates a grey baseline JPEG of flat 8 x 8 blocks that depend on <paramref name="seed"/>; up to 65,535 pixels in
    /// each direction.
    /// </summary>
    public static byte[] Jpeg(int width = 16, int height = 16, int seed = 0) => SampleJpeg.Make(width, height, seed);

    /// <summary>
    /// Creates a GIF89a of 128 colours whose pixels depend on <paramref name="seed"/>; up to 65,535 pixels in each
    /// direction. A pixel takes a little more than one byte.
    /// </summary>
    public static byte[] Gif(int width = 16, int height = 16, int seed = 0) => SampleGif.Make(width, height, seed);

    /// <summary>
    /// Creates a lossless WebP of one colour that depends on <paramref name="seed"/>; up to 16,384 pixels in each
    /// direction. The file has about forty bytes for all dimensions.
    /// </summary>
    public static byte[] WebP(int width = 16, int height = 16, int seed = 0) => SampleWebP.Make(width, height, seed);

    /// <summary>
    /// Creates an AVIF with a valid description of one AV1 item. The AV1 data are a sequence header and pseudo-random
    /// bytes instead of pixels: valid for a reader of headers, not for a decoder.
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
    /// Creates a seekable stream of the bytes of <see cref="OfLength"/>, up to 2 GiB. The stream generates the bytes
    /// during reads, so large images take no memory. The first seek to the last bytes computes the checksum of all
    /// other bytes.
    /// </summary>
    public static Stream StreamOfLength(long length, int seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinimumLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, int.MaxValue);
        return new SampleStream(length, seed);
    }

    /// <summary>
    /// Adds metadata before the pixels of a JPEG, PNG, GIF, WebP or AVIF of this class, like profiles, thumbnails,
    /// maker notes and texts. The dimensions of a JPEG and of an AVIF follow after the metadata.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="length">The minimum number of bytes to add. The framing of the format comes in addition.</param>
    /// <param name="seed">The seed of the pseudo-random metadata.</param>
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
