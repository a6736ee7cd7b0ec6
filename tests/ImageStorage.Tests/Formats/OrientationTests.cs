using ImageStorage.Formats;
using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>
/// The orientation of an image is read where decoders read it; what is damaged or absent is not known, and refuses no
/// image.
/// </summary>
public sealed class OrientationTests
{
    private const byte WebPExif = 0x08;

    /// <summary>The formats with EXIF, as functions that put EXIF data into a sound image.</summary>
    private static readonly Dictionary<string, Func<byte[], byte[]>> Carriers = new()
    {
        ["JPEG"] = exif => Jpeg(Segment(0xE1, [.. ExifParts.Identifier, .. exif])),
        ["JPEG after other segments"] = exif => Jpeg(
            Segment(0xE0, new byte[14]), Segment(0xE1, [.. Ascii("http://ns.adobe.com/xap/1.0/\0"), 1, 2]), Segment(0xE2, new byte[70]), Segment(0xE1, [.. ExifParts.Identifier, .. exif])),
        ["PNG"] = exif => PngParts.Make(PngParts.Header(9, 8), Chunk("gAMA", 0, 0, 0, 1), Chunk("eXIf", exif), Chunk("IDAT", 1)),
        ["APNG"] = exif => PngParts.Make(PngParts.Header(9, 8), Chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0), Chunk("eXIf", exif), PngParts.Frame(9, 8), Chunk("IDAT", 1)),
        ["WebP"] = exif => WebPParts.Make(WebPParts.Vp8X(9, 8, WebPExif), WebPParts.Vp8(9, 8), RiffChunk("EXIF", exif)),
        ["WebP with EXIF before the image"] = exif => WebPParts.Make(WebPParts.Vp8X(9, 8, WebPExif), RiffChunk("EXIF", exif), WebPParts.Vp8(9, 8)),
        ["WebP with alpha"] = exif => WebPParts.Make(WebPParts.Vp8X(9, 8, WebPExif | 0x10), RiffChunk("ALPH", 1, 2, 3), WebPParts.Vp8(9, 8), RiffChunk("XMP ", 1), RiffChunk("EXIF", exif)),
        ["animated WebP"] = exif => WebPParts.Make(WebPParts.Vp8X(9, 8, WebPExif | 0x02), WebPParts.AnimationFrame(0, 0, 9, 8), RiffChunk("EXIF", exif)),
    };

    private static string[] CarrierNames() => [.. Carriers.Keys];

    private static IEnumerable<TestCaseData> Damaged()
    {
        byte[] sound = ExifParts.Make(6);
        byte[] little = ExifParts.Make(6, isLittle: true);
        (string Name, byte[] Exif)[] damaged =
        [
            ("value 0", ExifParts.Make(0)),
            ("value 9", ExifParts.Make(9)),
            ("value 65535", ExifParts.Make(65_535, isLittle: true)),
            ("value 0x0600", ExifParts.Make(0x0600)),
            ("LONG", ExifParts.Make(6, type: 4, isLittle: true)),
            ("BYTE", ExifParts.Make(6, type: 1, isLittle: true)),
            ("two values", ExifParts.Make(6, count: 2)),
            ("no values", ExifParts.Make(6, count: 0)),
            ("4,294,967,295 values", ExifParts.Make(6, count: uint.MaxValue)),
            ("another tag", ExifParts.Make(6, tag: 0x0113)),
            ("another byte order", sound.With(0, Ascii("II"))),
            ("a byte order that does not exist", sound.With(0, Ascii("MI"))),
            ("BigTIFF", sound.With(3, 43)),
            ("directory at 0", sound.With(4, U32(0))),
            ("directory inside the header", sound.With(4, U32(7))),
            ("directory at the end", sound.With(4, U32(sound.Length))),
            ("directory that begins before the end", sound.With(4, U32(sound.Length - 1))),
            ("directory far beyond the end", sound.With(4, U32(uint.MaxValue))),
            ("directory far beyond the end, little-endian", little.With(4, U32Little(uint.MaxValue))),
            ("no fields", sound.With(8, 0, 0)),
            ("fewer fields", sound.With(8, 0, 1)),
            ("cut off in the field", sound[..30]),
            ("cut off before the field", sound[..22]),
            ("cut off before the number of fields", sound[..9]),
            ("cut off after the header", sound[..8]),
            ("cut off in the header", sound[..7]),
            ("nothing", []),
            ("only the identifier", ExifParts.Identifier),
            ("the identifier twice", [.. ExifParts.Identifier, .. ExifParts.Identifier, .. ExifParts.Identifier, .. sound]),
            ("text", Ascii("this is no EXIF at all, and long enough for a header")),
        ];
        return from carrier in Carriers.Keys from exif in damaged select new TestCaseData(carrier, exif.Exif).SetArgDisplayNames(carrier, exif.Name);
    }

    [Test]
    public void Orientation_of_EXIF_is_the_first_valid_field_of_the_first_directory([ValueSource(nameof(CarrierNames))] string carrier, [Range(1, 8)] int value, [Values] bool isLittle, [Values(0, 1, 300)] int gap)
    {
        byte[] content = Carriers[carrier](ExifParts.Make(value, isLittle, gap: gap));

        ImageHeaderResult result = Read(content);

        result.ShouldBe(9, 8);
        Assert.That((result.Orientation, result.FrameCount), Is.EqualTo(((ImageOrientation?)value, 1)));
        Assert.That(ReadPieces(content), Is.EqualTo(result));
    }

    [TestCaseSource(nameof(Damaged))]
    public void Damaged_EXIF_has_no_orientation_and_refuses_nothing(string carrier, byte[] exif)
    {
        byte[] content = Carriers[carrier](exif);

        ImageHeaderResult result = Read(content);

        result.ShouldBe(9, 8);
        Assert.That((result.Orientation, result.FrameCount), Is.EqualTo(((ImageOrientation?)null, 1)));
        Assert.That(ReadPieces(content), Is.EqualTo(result));
    }

    // A field outside of the data could be anything, such as a part of the next segment.
    [Test]
    public void A_field_that_reaches_beyond_the_EXIF_data_is_not_read([ValueSource(nameof(CarrierNames))] string carrier)
    {
        byte[] exif = ExifParts.Make(6);
        foreach (int length in Enumerable.Range(0, 34))
        {
            Assert.That(Read(Carriers[carrier](exif[..length])).Orientation, Is.Null, $"{length} bytes");
        }

        Assert.That(Read(Carriers[carrier](exif[..34])).Orientation, Is.EqualTo(ImageOrientation.RightTop), "the complete field");
    }

    [Test]
    public void An_identifier_before_EXIF_is_required_in_a_JPEG_and_allowed_elsewhere()
    {
        byte[] exif = ExifParts.Make(6);
        Assert.That(Read(Jpeg(Segment(0xE1, exif))).Orientation, Is.Null);
        foreach ((string name, Func<byte[], byte[]> carrier) in Carriers.Where(carrier => !carrier.Key.StartsWith("JPEG", StringComparison.Ordinal)))
        {
            Assert.That(Read(carrier([.. ExifParts.Identifier, .. exif])).Orientation, Is.EqualTo(ImageOrientation.RightTop), name);
        }
    }

    [Test]
    public void Of_several_EXIF_segments_the_first_with_an_orientation_counts()
    {
        Assert.That(Read(Jpeg(ExifParts.Segment(6), ExifParts.Segment(3))).Orientation, Is.EqualTo(ImageOrientation.RightTop));
        Assert.That(Read(Jpeg(ExifParts.Segment(9), ExifParts.Segment(3))).Orientation, Is.EqualTo(ImageOrientation.BottomRight));
    }

    [Test]
    public void EXIF_in_a_further_picture_of_a_JPEG_or_after_its_scan_does_not_count()
    {
        byte[] image = Jpeg();
        Assert.That(Read([.. image[..^2], .. ExifParts.Segment(6), 0xFF, 0xD9]).Orientation, Is.Null);
        Assert.That(Read([.. image, .. Jpeg(ExifParts.Segment(6))]).Orientation, Is.Null);
    }

    // W3C PNG, 5.6: before IDAT. Browsers ignore the chunk elsewhere.
    [Test]
    public void EXIF_after_the_data_of_a_PNG_does_not_count()
    {
        byte[] exif = Chunk("eXIf", ExifParts.Make(6));
        Assert.That(Read(PngParts.Make(PngParts.Header(9, 8), Chunk("IDAT", 1), exif)).Orientation, Is.Null);
        Assert.That(Read(PngParts.Make(PngParts.Header(9, 8), Chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0), PngParts.Frame(9, 8), Chunk("IDAT", 1), exif)).Orientation, Is.Null);
    }

    [Test]
    public void EXIF_of_a_WebP_counts_only_if_it_is_announced() =>
        Assert.That(Read(WebPParts.Make(WebPParts.Vp8X(9, 8), WebPParts.Vp8(9, 8), RiffChunk("EXIF", ExifParts.Make(6)))).Orientation, Is.Null);

    // What follows the image of a still WebP was never read before EXIF was, so it refuses nothing.
    [Test]
    public void Damaged_chunks_after_the_image_of_a_WebP_refuse_nothing([Values("EXIF", "VP8 ", "VP8X", "ANMF", "\0\0\0\0")] string type, [Values(0u, 1u, 9u, uint.MaxValue)] uint size)
    {
        byte[] content = WebPParts.Make(WebPParts.Vp8X(9, 8, WebPExif), WebPParts.Vp8(9, 8), [.. Ascii(type), .. U32Little(size), 1, 2], RiffChunk("EXIF", ExifParts.Make(6)));

        ImageHeaderResult result = Read(content);

        result.ShouldBe(9, 8);
        Assert.That(result.FrameCount, Is.EqualTo(1));
        Assert.That(ReadPieces(content), Is.EqualTo(result));
    }

    [TestCase(null, null, null)]
    [TestCase(0, null, ImageOrientation.TopLeft)]
    [TestCase(1, null, ImageOrientation.LeftBottom)]
    [TestCase(2, null, ImageOrientation.BottomRight)]
    [TestCase(3, null, ImageOrientation.RightTop)]
    [TestCase(null, 0, ImageOrientation.BottomLeft)]
    [TestCase(null, 1, ImageOrientation.TopRight)]
    [TestCase(0, 0, ImageOrientation.BottomLeft)]
    [TestCase(0, 1, ImageOrientation.TopRight)]
    [TestCase(1, 0, ImageOrientation.LeftTop)]
    [TestCase(1, 1, ImageOrientation.RightBottom)]
    [TestCase(2, 0, ImageOrientation.TopRight)]
    [TestCase(2, 1, ImageOrientation.BottomLeft)]
    [TestCase(3, 0, ImageOrientation.RightBottom)]
    [TestCase(3, 1, ImageOrientation.LeftTop)]
    public void Orientation_of_an_AVIF_is_its_rotation_and_then_its_mirroring(int? quarters, int? axis, ImageOrientation? expected)
    {
        byte[][] transforms = [.. quarters is { } angle ? [Box("irot", (byte)angle)] : Array.Empty<byte[]>(), .. axis is { } mirror ? [Box("imir", (byte)mirror)] : Array.Empty<byte[]>()];

        ImageHeaderResult result = Avif([1, .. Enumerable.Range(2, transforms.Length)], transforms);

        Assert.That((result.Orientation, result.FrameCount), Is.EqualTo((expected, 1)));
        Assert.That(expected, Is.EqualTo(ByPixels(quarters, axis)), "the expectation");
    }

    [Test]
    public void Orientation_of_an_AVIF_whose_properties_contradict_is_not_known()
    {
        Assert.That(Avif([1, 3, 2], Box("irot", 1), Box("imir", 0)).Orientation, Is.Null, "mirrored and then rotated");
        Assert.That(Avif([1, 2, 3], Box("irot", 1), Box("irot", 1)).Orientation, Is.Null, "two rotations");
        Assert.That(Avif([1, 2, 3], Box("imir", 1), Box("imir", 1)).Orientation, Is.Null, "two mirrorings");
        Assert.That(Avif([1, 2, 2], Box("irot", 1)).Orientation, Is.Null, "the same rotation twice");
        Assert.That(Avif([1, 2], Box("irot", 4)).Orientation, Is.Null, "an angle with a reserved bit");
        Assert.That(Avif([1, 2], Box("imir", 2)).Orientation, Is.Null, "an axis with a reserved bit");
        Assert.That(Avif([1, 2], Box("irot")).Orientation, Is.Null, "an empty rotation");
    }

    [Test]
    public void Orientation_of_an_AVIF_is_that_of_its_primary_item() => Assert.That(Avif([1], Box("irot", 1)).Orientation, Is.Null);

    // MIAF, 7.3.10.1. libavif ignores it.
    [Test]
    public void EXIF_of_an_AVIF_does_not_count()
    {
        byte[] exif = [0, 0, 0, 0, .. ExifParts.Make(6)];
        Assert.That(ImageFormats.Avif.ReadWhole(new AvifParts { ExtraBoxes = [Box("Exif", exif)] }.Make()).Orientation, Is.Null);
    }

    private static ImageHeaderResult Avif(int[] associations, params byte[][] transforms)
    {
        ImageHeaderResult result = ImageFormats.Avif.ReadWhole(new AvifParts { Properties = [AvifParts.Ispe(64, 32), .. transforms], Associations = associations }.Make());
        result.ShouldBe(64, 32);
        return result;
    }

    /// <summary>Finds the orientation by turning an image of 2 x 2 pixels.</summary>
    private static ImageOrientation? ByPixels(int? quarters, int? axis)
    {
        // The pixels by row, as numbers of the stored pixels: 0 is at the top left, 1 at the top right.
        int[] shown = [0, 1, 2, 3];
        for (int i = 0; i < (quarters ?? 0); i++)
        {
            shown = [shown[1], shown[3], shown[0], shown[2]];
        }

        shown = axis switch
        {
            0 => [shown[2], shown[3], shown[0], shown[1]],
            1 => [shown[1], shown[0], shown[3], shown[2]],
            _ => shown,
        };
        bool isStated = quarters is not null || axis is not null;

        // Where the first row (0, 1) and the first column (0, 2) are shown.
        return !isStated ? null : (Array.IndexOf(shown, 0), Array.IndexOf(shown, 1)) switch
        {
            (0, 1) => ImageOrientation.TopLeft,
            (1, 0) => ImageOrientation.TopRight,
            (3, 2) => ImageOrientation.BottomRight,
            (2, 3) => ImageOrientation.BottomLeft,
            (0, 2) => ImageOrientation.LeftTop,
            (1, 3) => ImageOrientation.RightTop,
            (3, 1) => ImageOrientation.RightBottom,
            _ => ImageOrientation.LeftBottom,
        };
    }

    private static byte[] Jpeg(params byte[][] before) => JpegParts.Make(JpegParts.Frame(0xC0, 9, 8, 1), before);

    private static ImageFormat FormatOf(byte[] content) => ImageSniffer.Detect(ImageFormats.Default, content)!;

    private static ImageHeaderResult Read(byte[] content) => FormatOf(content).ReadWhole(content);

    private static ImageHeaderResult ReadPieces(byte[] content) => FormatOf(content).ReadPieces(content, lengthKnown: false, Enumerable.Repeat(1, content.Length));
}
