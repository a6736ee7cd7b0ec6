using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>Chunks of hand-made WebPs.</summary>
internal static class WebPParts
{
    /// <summary>The RIFF container around the chunks.</summary>
    public static byte[] Make(params byte[][] chunks)
    {
        byte[] body = [.. Ascii("WEBP"), .. chunks.SelectMany(chunk => chunk)];
        return [.. Ascii("RIFF"), .. U32Little(body.Length), .. body];
    }

    /// <summary>
    /// A key frame: tag (shown, first partition of two bytes), start code, dimensions, a few bytes of data.
    /// </summary>
    public static byte[] Vp8(int width, int height) =>
        RiffChunk("VP8 ", [.. U24Little(0x10 | (2 << 5)), 0x9D, 0x01, 0x2A, .. U16Little(width), .. U16Little(height), 1, 2, 3]);

    public static byte[] Vp8X(int width, int height, byte flags = 0) =>
        RiffChunk("VP8X", [flags, 0, 0, 0, .. U24Little(width - 1), .. U24Little(height - 1)]);

    /// <summary>A frame at twice the given offsets.</summary>
    public static byte[] AnimationFrame(int halfX, int halfY, int width, int height) =>
        RiffChunk("ANMF", [.. U24Little(halfX), .. U24Little(halfY), .. U24Little(width - 1), .. U24Little(height - 1), 0, 0, 0, 0, .. Vp8(width, height)]);
}
