using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>
/// A limit on pixels applies to every frame and item that a decoder allocates for, wherever in the content it is
/// declared.
/// </summary>
public sealed class AllocationTests
{
    private const int Huge = 65_535;

    private static IEnumerable<TestCaseData> Larger()
    {
        byte[] sequence = AvifParts.SequenceUnit(60_000, 50_000);
        byte[] fullSequence = AvifParts.SequenceUnit(60_000, 50_000, isFull: true);
        byte[] small = AvifParts.SequenceUnit(64, 32);
        var huge = new ImageHeader(60_000, 50_000);
        yield return Gif("first frame", GifParts.Make(1, 1, GifParts.Frame(Huge, Huge)), Huge, Huge);
        yield return Gif("second frame", GifParts.Make(1, 1, GifParts.Frame(1, 1), GifParts.Frame(Huge, Huge)), Huge, Huge);
        yield return Gif("third frame after extensions", GifParts.Make(1, 1, GifParts.Frame(1, 1), GifParts.LoopExtension, GifParts.Frame(1, 1), GifParts.LoopExtension, GifParts.Frame(Huge, 9)), Huge, 9);
        yield return Gif("frame after stray bytes", GifParts.Make(1, 1, GifParts.Frame(1, 1), [0, 0, 7], GifParts.Frame(Huge, Huge)), Huge, Huge);
        yield return Gif("frame far outside", GifParts.Make(10, 10, GifParts.Frame(1, 1), GifParts.Frame(5, 5).With(1, [.. U16Little(50_000), .. U16Little(40_000)])), 50_005, 40_005);
        yield return Gif("frames inside", GifParts.Make(10, 20, GifParts.Frame(1, 1), GifParts.Frame(10, 20)), 10, 20);
        yield return Case("JPEG with a second picture", ImageFormats.Jpeg, MultiPicture(Huge, 50_000), new ImageHeader(8, 8), new ImageHeader(Huge, 50_000));
        yield return Case("JPEG with a second picture, little-endian", ImageFormats.Jpeg, MultiPicture(Huge, 50_000, isLittle: true), new ImageHeader(8, 8), new ImageHeader(Huge, 50_000));
        yield return Case("JPEG with a wrong index of pictures", ImageFormats.Jpeg, MultiPicture(Huge, 50_000, shift: 1), new ImageHeader(8, 8), new ImageHeader(8, 8));
        yield return Avif("size of another item", new AvifParts { Properties = [AvifParts.Ispe(64, 32), AvifParts.Ispe(60_000, 50_000)], Associations = [1] }, huge);
        yield return Avif("sequence header in the data", new AvifParts { Data = [.. sequence, .. AvifParts.FrameUnit(300)] }, huge);
        yield return Avif("full sequence header in the data", new AvifParts { Data = fullSequence }, huge);
        yield return Avif("second sequence header", new AvifParts { Data = [.. small, .. AvifParts.FrameUnit(5_000), .. sequence] }, huge);
        yield return Avif("sequence header in the configuration", new AvifParts { Properties = [AvifParts.Ispe(64, 32), Box("av1C", [0x81, 0, 0, 0, .. sequence])] }, huge);
        yield return Avif("data before the description", new AvifParts { MetaLast = true, Data = [.. sequence, .. AvifParts.FrameUnit(300)] }, huge);
        yield return Avif("data in the description", new AvifParts { ConstructionMethod = 1, Data = sequence }, huge);
        yield return Avif("canvas of a grid", new AvifParts { ItemType = "grid", Tiles = [2, 3], Data = [0, 0, 0, 1, .. U16(60_000), .. U16(50_000)] }, huge);
        yield return Avif("wide canvas of a grid", new AvifParts { ItemType = "grid", Tiles = [2, 3], Data = [0, 1, 0, 1, .. U32(60_000), .. U32(50_000)] }, huge);
        yield return Avif("canvas of a grid in the description", new AvifParts { ItemType = "grid", Tiles = [2, 3], ConstructionMethod = 1, Data = [0, 0, 0, 1, .. U16(60_000), .. U16(50_000)] }, huge);
        yield return Avif("canvas of an overlay", new AvifParts { ItemType = "iovl", Tiles = [2, 3], Data = [0, 0, .. new byte[8], .. U16(60_000), .. U16(50_000)] }, huge);
        yield return Avif("data of unknown length to the end", new AvifParts { ItemType = "grid", Tiles = [2, 3], Data = [0, 0, 0, 1, .. U16(60_000), .. U16(50_000)], MissingData = -8 }, huge);
        yield return Avif("equal sizes", new AvifParts { Data = [.. small, .. AvifParts.FrameUnit(300)] }, new ImageHeader(64, 32));
        byte[] cutOff = new AvifParts { MajorBrand = "avis", Data = [.. sequence, .. AvifParts.FrameUnit(300)] }.Make();
        yield return Case("AVIF: data in a box that reaches beyond the end", ImageFormats.Avif, cutOff.With(cutOff.Find("mdat") - 4, 0x7F), new ImageHeader(64, 32), huge);
        yield return Track("entry of samples", AvifParts.Sequence(150, 100, samples: AvifParts.Samples(60_000, 50_000, [])));
        yield return Track("configuration of samples", AvifParts.Sequence(150, 100, samples: AvifParts.Samples(150, 100, sequence)));
        yield return Track("auxiliary track", AvifParts.Sequence(150, 100, samples: AvifParts.Samples(150, 100, sequence), handler: "auxv"));
    }

    [TestCaseSource(nameof(Larger))]
    public void ReadHeader_has_the_largest_area_that_a_decoder_allocates(ImageFormat format, byte[] content, ImageHeader header, ImageHeader largest)
    {
        ImageHeaderResult result = format.ReadWhole(content);

        Assert.That((result.State, result.Header, result.Largest), Is.EqualTo((ImageHeaderState.Complete, header, largest)), result.ToString());
        Assert.That(format.ReadPieces(content, lengthKnown: false, Enumerable.Repeat(3, content.Length)), Is.EqualTo(result));
    }

    [Test]
    public void ReadHeader_of_an_animated_PNG_frame_outside_of_the_image_refuses([Values] bool isFirst)
    {
        ImageHeaderResult Read(byte[] frame) => ImageFormats.Png.ReadWhole(isFirst
            ? PngParts.Make(PngParts.Header(4, 4), Chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0), frame, Chunk("IDAT", 1))
            : PngParts.Make(PngParts.Header(4, 4), Chunk("acTL", 0, 0, 0, 2, 0, 0, 0, 0), PngParts.Frame(4, 4), Chunk("IDAT", 1), Chunk("fdAT", new byte[500]), frame, Chunk("fdAT", 1)));

        Read(PngParts.Frame(4, 4)).ShouldBe(4, 4);
        Read(PngParts.Frame(2, 3, 2, 1)).ShouldBe(4, 4);
        Read(PngParts.Frame(5, 4)).ShouldBeInvalid("beyond the image");
        Read(PngParts.Frame(4, 4, 0, 1)).ShouldBeInvalid("beyond the image");
        Read(PngParts.Frame(1, 1, uint.MaxValue, uint.MaxValue)).ShouldBeInvalid("beyond the image");
        Read(PngParts.Frame(uint.MaxValue, uint.MaxValue, 1, 1)).ShouldBeInvalid("beyond the image");
        Read(PngParts.Frame(0, 4)).ShouldBeInvalid("beyond the image");
        Read(Chunk("fcTL", new byte[25])).ShouldBeInvalid("25 bytes");
    }

    [Test]
    public void ReadHeader_of_an_animated_WebP_frame_outside_of_the_canvas_or_with_an_image_of_another_size_refuses()
    {
        static ImageHeaderResult Read(byte[] frame) => ImageFormats.WebP.ReadWhole(
            WebPParts.Make(WebPParts.Vp8X(50, 60, 0x02), RiffChunk("ANIM", new byte[6]), WebPParts.AnimationFrame(0, 0, 50, 60), RiffChunk("XMP ", new byte[501]), frame, RiffChunk("EXIF", 1)));

        Read(WebPParts.AnimationFrame(1, 1, 48, 58)).ShouldBe(50, 60);
        Read(WebPParts.AnimationFrame(1, 1, 49, 58)).ShouldBeInvalid("beyond the canvas");
        byte[] frame = WebPParts.AnimationFrame(0, 0, 40, 40);
        Read(frame.With(frame.Find("VP8 ") + 8 + 6, [.. U16Little(16_000), .. U16Little(16_000)])).ShouldBeInvalid("does not fill its animation frame");
        Read(frame.With(frame.Find("VP8 ") + 4, U32Little(9_999))).ShouldBeInvalid("beyond the animation frame");
    }

    [Test]
    public void ReadHeader_of_a_WebP_whose_alpha_comes_before_an_image_of_another_size_refuses() =>
        ImageFormats.WebP.ReadWhole(WebPParts.Make(WebPParts.Vp8X(50, 60, 0x10), RiffChunk("ALPH", 1, 2, 3), WebPParts.Vp8(16_000, 16_000))).ShouldBeInvalid("does not fill its canvas");

    [Test]
    public void ReadHeader_of_AV1_data_that_overlap_refuses()
    {
        byte[] second = Box("iloc", [0, 0, 0, 0, 0x44, 0, 0, 2, 0, 1, 0, 0, 0, 1, .. U32(0), .. U32(20), 0, 2, 0, 0, 0, 1, .. U32(10), .. U32(20)]);
        byte[] entries = Box("iinf", [0, 0, 0, 0, 0, 2, .. Box("infe", [2, 0, 0, 0, 0, 1, 0, 0, .. Ascii("av01"), 0]), .. Box("infe", [2, 0, 0, 0, 0, 2, 0, 0, .. Ascii("av01"), 0])]);
        ImageFormats.Avif.ReadWhole(new AvifParts { Without = ["iloc", "iinf"], ExtraBoxes = [second, entries], Data = new byte[40] }.Make()).ShouldBeUnsupported("overlap");
    }

    private static TestCaseData Case(string name, ImageFormat format, byte[] content, ImageHeader header, ImageHeader largest) =>
        new TestCaseData(format, content, header, largest).SetArgDisplayNames(name);

    private static TestCaseData Gif(string name, byte[] content, int width, int height) =>
        Case($"GIF: {name}", ImageFormats.Gif, content, new ImageHeader(content[6], content[8]), new ImageHeader(width, height));

    private static TestCaseData Avif(string name, AvifParts parts, ImageHeader largest) => Case($"AVIF: {name}", ImageFormats.Avif, parts.Make(), new ImageHeader(64, 32), largest);

    private static TestCaseData Track(string name, byte[] content) => Case($"AVIF: {name}", ImageFormats.Avif, content, new ImageHeader(150, 100), new ImageHeader(60_000, 50_000));

    /// <summary>A JPEG of 8 x 8 with an index (MPF) of itself and of a second JPEG after it.</summary>
    private static byte[] MultiPicture(int width, int height, bool isLittle = false, int shift = 0)
    {
        byte[] N16(int value) => isLittle ? U16Little(value) : U16(value);
        byte[] N32(int value) => isLittle ? U32Little(value) : U32(value);
        byte[] Index(int second) => Segment(0xE2,
        [
            .. Ascii("MPF\0"), .. Ascii(isLittle ? "II" : "MM"), .. N16(42), .. N32(8),
            .. N16(2), .. N16(0xB001), .. N16(4), .. N32(1), .. N32(2), .. N16(0xB002), .. N16(7), .. N32(32), .. N32(8 + 2 + 24 + 4), .. N32(0),
            .. new byte[16], .. N32(0), .. N32(100), .. N32(second), .. N32(0),
        ]);
        byte[] First(int second) => JpegParts.Make(JpegParts.Frame(0xC0, 8, 8, 1), Segment(0xE2, [.. Ascii("ICC_PROFILE\0"), 1, 1, 0, 0]), Index(second), Segment(0xE1, 1));

        // The position is counted from the byte order in the index.
        int from = First(0).Find("MPF") + 4;
        byte[] first = First(First(0).Length - from + shift);
        return [.. first, .. JpegParts.Make(JpegParts.Frame(0xC2, width, height, 3), Segment(0xE1, 1, 2, 3))];
    }
}
