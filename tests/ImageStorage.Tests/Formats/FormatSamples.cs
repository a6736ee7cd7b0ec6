using ImageStorage.Providers;
using ImageStorage.Testing;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>Sound samples of every format and variant, for the tests that hold for all of them.</summary>
internal static class FormatSamples
{
    public static IReadOnlyList<FormatSample> All { get; } =
    [
        new("JPEG baseline", ImageFormats.Jpeg, SampleImages.Jpeg(20, 10, 1), new ImageHeader(20, 10)),
        new("JPEG progressive, late frame", ImageFormats.Jpeg, JpegParts.Make(JpegParts.Frame(0xC2, 300, 200, 3), Segment(0xE1, new byte[900])), new ImageHeader(300, 200)),
        new("JPEG with fill and stray bytes", ImageFormats.Jpeg, [0xFF, 0xD8, 0xFF, 0xFF, .. Segment(0xFE, 1, 2), 0, 7, 0xFF, .. JpegParts.Make(JpegParts.Frame(0xC0, 9, 8, 1))[2..]], new ImageHeader(9, 8)),
        new("PNG", ImageFormats.Png, SampleImages.Png(6, 5, 1), new ImageHeader(6, 5)),
        new("PNG of indexed colours", ImageFormats.Png, PngParts.Make(PngParts.Header(7, 3, 4, 3), Chunk("gAMA", 0, 0, 0, 1), Chunk("PLTE", 1, 2, 3), Chunk("IDAT", 1, 2)), new ImageHeader(7, 3)),
        new("APNG", ImageFormats.Png, PngParts.Make(PngParts.Header(4, 4, 8, 6), Chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0), PngParts.Frame(4, 4), Chunk("IDAT", 1)), new ImageHeader(4, 4)),
        new("PNG of a given length", ImageFormats.Png, SampleImages.OfLength(300, 1), new ImageHeader(16, 16)),
        new("GIF", ImageFormats.Gif, SampleImages.Gif(5, 4, 1), new ImageHeader(5, 4)),
        new("GIF with extensions", ImageFormats.Gif, GifParts.Make(10, 12, GifParts.LoopExtension, GifParts.Frame(10, 12, localColours: true)), new ImageHeader(10, 12)),
        new("WebP lossless", ImageFormats.WebP, SampleImages.WebP(33, 44, 1), new ImageHeader(33, 44)),
        new("WebP lossy", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8(176, 144)), new ImageHeader(176, 144)),
        new("WebP extended", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(50, 60), RiffChunk("ICCP", 1, 2, 3), WebPParts.Vp8(50, 60), RiffChunk("EXIF", 9)), new ImageHeader(50, 60)),
        new("WebP with alpha", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(50, 60, 0x10), RiffChunk("ALPH", 1, 2, 3), WebPParts.Vp8(50, 60)), new ImageHeader(50, 60)),
        new("WebP animated", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(50, 60, 0x02), RiffChunk("ANIM", new byte[6]), WebPParts.AnimationFrame(2, 4, 46, 52)), new ImageHeader(50, 60)),
        new("AVIF", ImageFormats.Avif, SampleImages.Avif(640, 480, 1), new ImageHeader(640, 480)),
        new("AVIF with wide fields", ImageFormats.Avif, new AvifParts { Wide = true, Width = 65, Height = 66 }.Make(), new ImageHeader(65, 66)),
        new("AVIF grid", ImageFormats.Avif, new AvifParts { ItemType = "grid", Tiles = [2, 3, 4], Width = 300, Height = 100 }.Make(), new ImageHeader(300, 100)),
        new("AVIF with its description last", ImageFormats.Avif, new AvifParts { MetaLast = true }.Make(), new ImageHeader(64, 32)),
        new("AVIF sequence", ImageFormats.Avif, AvifParts.Sequence(150, 100), new ImageHeader(150, 100), FrameCount: null),
        new("JPEG with EXIF", ImageFormats.Jpeg, JpegParts.Make(JpegParts.Frame(0xC0, 9, 8, 1), Segment(0xE0, new byte[14]), ExifParts.Segment(6)), new ImageHeader(9, 8), ImageOrientation.RightTop),
        new("JPEG with EXIF, little-endian", ImageFormats.Jpeg, JpegParts.Make(JpegParts.Frame(0xC2, 9, 8, 3), ExifParts.Segment(8, isLittle: true)), new ImageHeader(9, 8), ImageOrientation.LeftBottom),
        new("PNG with EXIF", ImageFormats.Png, PngParts.Make(PngParts.Header(4, 4), Chunk("eXIf", ExifParts.Make(3)), Chunk("IDAT", 1)), new ImageHeader(4, 4), ImageOrientation.BottomRight),
        new("APNG of three frames", ImageFormats.Png, PngParts.Animation(3), new ImageHeader(4, 4), FrameCount: 3),
        new("GIF of three frames", ImageFormats.Gif, GifParts.Make(10, 12, GifParts.LoopExtension, GifParts.Frame(10, 12), GifParts.Frame(2, 3, localColours: true), GifParts.LoopExtension, GifParts.Frame(1, 1)), new ImageHeader(10, 12), FrameCount: 3),
        new("WebP with EXIF", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(50, 60, 0x08), WebPParts.Vp8(50, 60), RiffChunk("EXIF", ExifParts.Make(5)), RiffChunk("XMP ", 1)), new ImageHeader(50, 60), ImageOrientation.LeftTop),
        new("WebP of two frames with EXIF", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(50, 60, 0x0A), RiffChunk("ANIM", new byte[6]), WebPParts.AnimationFrame(2, 4, 46, 52), WebPParts.AnimationFrame(0, 0, 4, 4), RiffChunk("EXIF", [.. ExifParts.Identifier, .. ExifParts.Make(2, isLittle: true)])), new ImageHeader(50, 60), ImageOrientation.TopRight, 2),
        new("AVIF rotated and mirrored", ImageFormats.Avif, new AvifParts { Properties = [AvifParts.Ispe(64, 32), Box("irot", 1), Box("imir", 0)], Associations = [1, 2, 3] }.Make(), new ImageHeader(64, 32), ImageOrientation.LeftTop),
        new("AVIF sequence of three frames", ImageFormats.Avif, AvifParts.Animation(3), new ImageHeader(64, 32), FrameCount: 3),
        new("AVIF sequence of four frames with a still image", ImageFormats.Avif, AvifParts.Animation(4, hasStill: true), new ImageHeader(64, 32), FrameCount: 4),
    ];
}
