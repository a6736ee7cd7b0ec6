using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.Bytes;
using static ImageStorage.Tests.Formats.JpegParts;

namespace ImageStorage.Tests.Formats;

public sealed class JpegFormatTests
{
    private static readonly byte[] Start = [0xFF, 0xD8];
    private static readonly byte[] Rest = [.. Scan(1), 0x12, 0x34];

    private static ImageHeaderResult Read(byte[] content) => ImageFormats.Jpeg.ReadWhole(content);

    [Test]
    public void ReadHeader_reads_every_kind_of_frame([Range(0xC0, 0xCF)] int marker)
    {
        ImageHeaderResult result = Read([.. Start, .. Frame((byte)marker, 40, 30, 1), .. Rest]);
        ImageHeaderState expected = marker switch
        {
            0xC0 or 0xC1 or 0xC2 or 0xC9 or 0xCA => ImageHeaderState.Complete, // baseline, extended, progressive, and the last two arithmetic coded
            0xC4 or 0xC8 or 0xCC => ImageHeaderState.Invalid, // no frames
            _ => ImageHeaderState.Unsupported, // lossless and hierarchical
        };
        Assert.That(result.State, Is.EqualTo(expected), result.ToString());
    }

    [Test]
    public void ReadHeader_of_the_largest_frame_has_its_dimensions() => Read(Make(Frame(0xC0, 65_535, 65_534, 4))).ShouldBe(65_535, 65_534);

    [Test]
    public void ReadHeader_of_large_application_segments_requires_the_next_segment()
    {
        byte[][] segments = [.. Enumerable.Repeat(Segment(0xE1, new byte[65_533]), 3)];
        byte[] content = Make(Frame(0xC2, 4000, 3000, 3), segments);
        ImageHeaderResult result = ImageFormats.Jpeg.ReadHeader(content.AsSpan(0, 65_536), contentEnds: false, null);
        Assert.That(result, Is.EqualTo(ImageHeaderResult.NeedMore(2 + 65_537 + 2)));
        ImageFormats.Jpeg.ReadByNeed(content, lengthKnown: false).ShouldBe(4000, 3000);
    }

    [Test]
    public void ReadHeader_of_a_thumbnail_inside_a_segment_has_the_dimensions_of_the_image() =>
        Read(Make(Frame(0xC0, 200, 100, 3), Segment(0xE1, [.. Ascii("Exif\0\0"), .. Make(Frame(0xC0, 20, 10, 3))]))).ShouldBe(200, 100);

    [Test]
    public void ReadHeader_of_a_height_that_comes_later_refuses() => Read(Make(Frame(0xC0, 200, 0, 1))).ShouldBeInvalid("DNL");

    [Test]
    public void ReadHeader_of_a_width_of_zero_refuses() => Read(Make(Frame(0xC0, 0, 5, 1))).ShouldBeInvalid("width is 0");

    [TestCase(0xC0, 7, ImageHeaderState.Invalid)]
    [TestCase(0xC0, 8, ImageHeaderState.Complete)]
    [TestCase(0xC1, 12, ImageHeaderState.Unsupported)]
    [TestCase(0xC2, 16, ImageHeaderState.Invalid)]
    [TestCase(0xC3, 2, ImageHeaderState.Unsupported)]
    [TestCase(0xC3, 17, ImageHeaderState.Invalid)]
    public void ReadHeader_of_a_sample_precision_that_browsers_lack_refuses(int marker, int precision, ImageHeaderState expected) =>
        Assert.That(Read(Make(Frame((byte)marker, 8, 8, 1, precision: (byte)precision))).State, Is.EqualTo(expected));

    [TestCase(0xC3, 8, "lossless JPEG")]
    [TestCase(0xC1, 12, "12-bit JPEG")]
    [TestCase(0xC5, 8, "hierarchical JPEG")]
    public void ReadHeader_of_a_variant_that_browsers_cannot_show_names_it(int marker, int precision, string name) =>
        Read(Make(Frame((byte)marker, 8, 8, 1, precision: (byte)precision))).ShouldBeUnsupported(name);

    [TestCase(0x01)]
    [TestCase(0x10)]
    [TestCase(0x51)]
    [TestCase(0x15)]
    public void ReadHeader_of_sampling_factors_beyond_1_to_4_refuses(int sampling) =>
        Read(Make(Frame(0xC0, 8, 8, 3, (byte)sampling))).ShouldBeInvalid("sampling factors");

    [Test]
    public void ReadHeader_of_a_frame_whose_length_and_components_disagree_refuses()
    {
        byte[] frame = Frame(0xC0, 8, 8, 3);
        Read([.. Start, .. frame.With(9, 1), .. Rest]).ShouldBeInvalid("do not agree");
        Read([.. Start, .. frame.With(9, 0), .. Rest]).ShouldBeInvalid("do not agree");
        Read([.. Start, .. Frame(0xC0, 8, 8, 5), .. Rest]).ShouldBeInvalid("do not agree");
        Read([.. Start, .. Segment(0xC0, 8, 0, 8), .. Rest]).ShouldBeInvalid("too short");
    }

    [TestCase(0)]
    [TestCase(1)]
    public void ReadHeader_of_a_segment_shorter_than_its_length_field_refuses(int length) =>
        Read([.. Start, 0xFF, 0xFE, .. U16(length), .. Frame(0xC0, 8, 8, 1), .. Rest]).ShouldBeInvalid("less than 2");

    [Test]
    public void ReadHeader_of_a_scan_or_end_before_the_frame_refuses()
    {
        Read([.. Start, .. Rest]).ShouldBeInvalid("before the frame header");
        Read([.. Start, 0xFF, 0xD9]).ShouldBeInvalid("no image data");
        Read([.. Start, .. Frame(0xC0, 8, 8, 1), 0xFF, 0xD9]).ShouldBeInvalid("no image data");
        Read([.. Start, .. Frame(0xC0, 8, 8, 1), .. Scan(1), 0xFF, 0xD9]).ShouldBeInvalid("no image data");
        Read([.. Start, .. Frame(0xC0, 8, 8, 1), .. Scan(1)]).ShouldBeInvalid("cut off");
    }

    [Test]
    public void ReadHeader_of_a_scan_that_disagrees_with_the_frame_refuses()
    {
        Read([.. Start, .. Frame(0xC0, 8, 8, 1), .. Scan(2), 1, 2]).ShouldBeInvalid("SOS");
        Read([.. Start, .. Frame(0xC0, 8, 8, 3), .. Segment(0xDA, 2, 1, 0, 0, 63, 0), 1, 2]).ShouldBeInvalid("SOS");
        Read([.. Start, .. Frame(0xC0, 8, 8, 3), .. Segment(0xDA), 1, 2]).ShouldBeInvalid("SOS");
        Read([.. Start, .. Frame(0xC0, 8, 8, 3), .. Rest]).ShouldBe(8, 8);
    }

    [Test]
    public void ReadHeader_of_a_scan_component_that_is_not_in_the_frame_refuses()
    {
        byte[] frame = Frame(0xC0, 8, 8, 3);
        Read([.. Start, .. frame, .. Segment(0xDA, 1, 4, 0, 0, 63, 0), 1, 2]).ShouldBeInvalid("component 4, which the frame header (SOF) does not have");
        Read([.. Start, .. frame, .. Segment(0xDA, 2, 1, 0, 9, 0, 0, 63, 0), 1, 2]).ShouldBeInvalid("component 9");
        Read([.. Start, .. frame, .. Segment(0xDA, 3, 3, 0, 2, 0, 3, 0, 0, 63, 0), 1, 2]).ShouldBeInvalid("component 3 twice");
        Read([.. Start, .. frame, .. Segment(0xDA, 2, 3, 0, 1, 0, 0, 63, 0), 1, 2]).ShouldBe(8, 8);
    }

    private static readonly byte[] Table8 = [0x00, .. new byte[64]];
    private static readonly byte[] Table16 = [0x13, .. new byte[128]];

    private static IEnumerable<TestCaseData> Tables()
    {
        static TestCaseData Case(string name, byte marker, byte[] data, bool isSound) => new TestCaseData(marker, data, isSound).SetArgDisplayNames(name);
        byte[] huffman = [0x11, 0, 3, .. new byte[14], 1, 2, 3];
        yield return Case("DQT of one table", 0xDB, Table8, true);
        yield return Case("DQT of two tables", 0xDB, [.. Table8, .. Table16], true);
        yield return Case("DQT without a table", 0xDB, [], true);
        yield return Case("DQT a byte short", 0xDB, Table8[..^1], false);
        yield return Case("DQT a byte long", 0xDB, [.. Table8, 0], false);
        yield return Case("DQT of 16 bits as long as one of 8", 0xDB, [0x10, .. Table8[1..]], false);
        yield return Case("DQT number 4", 0xDB, [0x04, .. Table8[1..]], false);
        yield return Case("DHT of one table", 0xC4, huffman, true);
        yield return Case("DHT of two tables", 0xC4, [.. huffman, .. huffman], true);
        yield return Case("DHT a byte short", 0xC4, huffman[..^1], false);
        yield return Case("DHT a byte long", 0xC4, [.. huffman, 0], false);
        yield return Case("DHT of counts alone", 0xC4, huffman[..17], false);
        yield return Case("DHT of 257 codes", 0xC4, [0x00, 255, 2, .. new byte[14], .. new byte[257]], false);
        yield return Case("DHT of class 2", 0xC4, [0x20, .. huffman[1..]], false);
        yield return Case("DHT number 4", 0xC4, [0x04, .. huffman[1..]], false);
    }

    [TestCaseSource(nameof(Tables))]
    public void ReadHeader_of_tables_whose_lengths_and_contents_disagree_refuses(int marker, byte[] data, bool isSound)
    {
        ImageHeaderResult result = Read([.. Start, .. Frame(0xC0, 8, 8, 1), .. Segment((byte)marker, data), .. Rest]);

        if (isSound)
        {
            result.ShouldBe(8, 8);
        }
        else
        {
            result.ShouldBeInvalid(marker == 0xDB ? "DQT" : "DHT");
        }
    }

    [TestCase(0xD8)]
    [TestCase(0xC8)]
    [TestCase(0x02)]
    public void ReadHeader_of_a_marker_that_may_not_be_there_refuses(int marker) =>
        Read([.. Start, .. Segment((byte)marker, 1, 2), .. Frame(0xC0, 8, 8, 1), .. Rest]).ShouldBeInvalid($"0xFF{marker:X2}");

    [Test]
    public void ReadHeader_of_two_frames_refuses() =>
        Read([.. Start, .. Frame(0xC0, 8, 8, 1), .. Frame(0xC0, 9, 9, 1), .. Rest]).ShouldBeInvalid("two frame headers");

    [Test]
    public void ReadHeader_skips_fill_bytes_foreign_bytes_and_markers_without_a_segment() =>
        Read([.. Start, 0xFF, 0xFF, 0xFF, .. Segment(0xE0, 1), 0, 0, 0x41, 0xFF, 0x00, 0xFF, 0x01, 0xFF, 0xD3, .. Frame(0xC0, 8, 7, 1), .. Rest]).ShouldBe(8, 7);

    [Test]
    public void ReadHeader_of_a_start_and_nothing_but_text_refuses() =>
        Read([0xFF, 0xD8, 0xFF, .. Ascii("this is not an image")]).ShouldBeInvalid("0xFF74");

    [Test]
    public void ReadHeader_of_a_segment_beyond_the_end_refuses_once_the_length_is_known()
    {
        byte[] content = [.. Start, 0xFF, 0xE2, 0xFF, 0xFF, 1, 2, 3];
        Read(content).ShouldBeInvalid("cut off");
        ImageFormats.Jpeg.ReadHeader(content, contentEnds: false, 60_000).ShouldBeInvalid("cut off");
        Assert.That(ImageFormats.Jpeg.ReadHeader(content, contentEnds: false, null).State, Is.EqualTo(ImageHeaderState.NeedMore));
    }
}
