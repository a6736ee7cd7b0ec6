using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>Segments of hand-made JPEGs.</summary>
internal static class JpegParts
{
    public static byte[] Scan(int components) =>
        Segment(0xDA, [(byte)components, .. Enumerable.Range(1, components).SelectMany(i => new byte[] { (byte)i, 0 }), 0, 63, 0]);

    public static byte[] Frame(byte marker, int width, int height, int components, byte sampling = 0x11, byte precision = 8) =>
        Segment(marker, [precision, .. U16(height), .. U16(width), (byte)components, .. Enumerable.Range(1, components).SelectMany(i => new byte[] { (byte)i, sampling, 0 })]);

    /// <summary>A table (DHT) of two codes of one bit.</summary>
    public static byte[] HuffmanTable { get; } = Segment(0xC4, [0x00, 2, .. new byte[15], 0, 1]);

    /// <summary>Start of image, the parts before the frame, the frame, a scan of all its components, the end.</summary>
    public static byte[] Make(byte[] frame, params byte[][] before) =>
        [0xFF, 0xD8, .. before.SelectMany(part => part), .. frame, .. HuffmanTable, .. Scan(frame[9]), 0x12, 0x34, 0xFF, 0xD9];
}
