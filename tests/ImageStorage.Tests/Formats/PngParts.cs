using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>Chunks of hand-made PNGs.</summary>
internal static class PngParts
{
    public static byte[] Header(long width, long height, byte depth = 8, byte colour = 2, byte compression = 0, byte filter = 0, byte interlace = 0) =>
        Chunk("IHDR", [.. U32(width), .. U32(height), depth, colour, compression, filter, interlace]);

    /// <summary>A frame control chunk (fcTL).</summary>
    public static byte[] Frame(long width, long height, long left = 0, long top = 0) =>
        Chunk("fcTL", [0, 0, 0, 0, .. U32(width), .. U32(height), .. U32(left), .. U32(top), 0, 1, 0, 10, 0, 0]);

    /// <summary>An animation of 4 x 4 with a number of frames, and the number that it declares.</summary>
    public static byte[] Animation(int frames, long? declared = null) => Make(
    [
        Header(4, 4, 8, 6), Chunk("acTL", [.. U32(declared ?? frames), 0, 0, 0, 0]), Frame(4, 4), Chunk("IDAT", 1, 2),
        .. Enumerable.Range(1, frames - 1).SelectMany(_ => new[] { Frame(2, 2), Chunk("fdAT", 0, 0, 0, 1, 9) }),
    ]);

    /// <summary>Signature, the chunks, IEND.</summary>
    public static byte[] Make(params byte[][] chunks) =>
        [0x89, .. Ascii("PNG\r\n"), 0x1A, 0x0A, .. chunks.SelectMany(chunk => chunk), .. Chunk("IEND")];
}
