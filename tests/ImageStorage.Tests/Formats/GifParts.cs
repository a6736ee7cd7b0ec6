using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>Blocks of hand-made GIFs.</summary>
internal static class GifParts
{
    public static byte[] LoopExtension { get; } = [0x21, 0xFF, 11, .. Ascii("NETSCAPE2.0"), 3, 1, 0, 0, 0];

    public static byte[] Frame(int width, int height, bool localColours = false, byte codeSize = 2) =>
    [
        0x2C, 0, 0, 0, 0, .. U16Little(width), .. U16Little(height), (byte)(localColours ? 0x81 : 0),
        .. new byte[localColours ? 12 : 0], codeSize, 2, 0x4C, 0x01, 0,
    ];

    /// <summary>An 89a with a global table of two colours, the blocks and the trailer.</summary>
    public static byte[] Make(int width, int height, params byte[][] blocks) =>
        [.. Ascii("GIF89a"), .. U16Little(width), .. U16Little(height), 0x80, 0, 0, .. new byte[6], .. blocks.SelectMany(block => block), 0x3B];
}
