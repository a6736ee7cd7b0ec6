using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>The number of frames is known only for certain; what is cut off or contradicts itself has no number.</summary>
public sealed class FrameCountTests
{
    private static readonly byte[] Animation = Chunk("acTL", 0, 0, 0, 1, 0, 0, 0, 0);
    private static readonly byte[] Data = Chunk("IDAT", 1);

    [Test]
    public void A_JPEG_has_one_frame_even_with_further_pictures()
    {
        byte[] image = JpegParts.Make(JpegParts.Frame(0xC0, 9, 8, 1));
        Assert.That(Count(ImageFormats.Jpeg, [.. image, .. image]), Is.EqualTo(1));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(1000)]
    public void A_GIF_has_as_many_frames_as_image_descriptors(int frames) => Assert.That(Count(ImageFormats.Gif, Gif(frames)), Is.EqualTo(frames));

    [Test]
    public void A_GIF_that_is_cut_off_anywhere_has_no_number_of_frames()
    {
        byte[] content = Gif(3);
        for (int length = 0; length < content.Length; length++)
        {
            Assert.That(Count(ImageFormats.Gif, content[..length]), Is.Null, $"cut at {length}");
        }
    }

    [Test]
    public void A_GIF_with_bytes_between_its_blocks_has_no_number_of_frames() =>
        Assert.That(Count(ImageFormats.Gif, GifParts.Make(4, 4, GifParts.Frame(4, 4), [0], GifParts.Frame(4, 4))), Is.Null);

    [Test]
    public void Bytes_after_the_trailer_of_a_GIF_do_not_count() =>
        Assert.That(Count(ImageFormats.Gif, [.. Gif(2), .. GifParts.Frame(4, 4), 0x3B]), Is.EqualTo(2));

    [TestCase(1, 1L, 1)]
    [TestCase(7, 7L, 7)]
    [TestCase(3, 2L, null)]
    [TestCase(3, 4L, null)]
    [TestCase(3, 0L, null)]
    [TestCase(3, (long)uint.MaxValue, null)]
    public void An_APNG_has_the_frames_that_it_declares_if_it_has_them(int frames, long declared, int? expected) =>
        Assert.That(Count(ImageFormats.Png, PngParts.Animation(frames, declared)), Is.EqualTo(expected));

    [Test]
    public void An_APNG_without_its_end_has_no_number_of_frames()
    {
        byte[] content = PngParts.Animation(3);
        Assert.That(Count(ImageFormats.Png, content[..^12]), Is.Null);
        Assert.That(Count(ImageFormats.Png, [.. content[..^12], .. Chunk("a\0b1")]), Is.Null);
    }

    [Test]
    public void An_image_beside_the_animation_of_an_APNG_is_no_frame() =>
        Assert.That(Count(ImageFormats.Png, PngParts.Make(PngParts.Header(4, 4), Animation, Data, PngParts.Frame(4, 4), Chunk("fdAT", 0, 0, 0, 1, 9))), Is.EqualTo(1));

    [Test]
    public void A_declaration_that_is_damaged_or_repeated_has_no_number_of_frames()
    {
        Assert.That(Count(ImageFormats.Png, PngParts.Make(PngParts.Header(4, 4), Chunk("acTL", 0, 0, 0, 1), PngParts.Frame(4, 4), Data)), Is.Null);
        Assert.That(Count(ImageFormats.Png, PngParts.Make(PngParts.Header(4, 4), Animation, Animation, PngParts.Frame(4, 4), Data)), Is.Null);
    }

    [Test]
    public void A_declaration_after_the_data_makes_no_animation() =>
        Assert.That(Count(ImageFormats.Png, PngParts.Make(PngParts.Header(4, 4), Data, Animation)), Is.EqualTo(1));

    [Test]
    public void A_WebP_has_as_many_frames_as_its_animation_has([Range(1, 4)] int frames)
    {
        byte[] content = WebPParts.Make([WebPParts.Vp8X(9, 8, 0x02), .. Enumerable.Repeat(WebPParts.AnimationFrame(0, 0, 9, 8), frames), RiffChunk("XMP ", 1, 2, 3)]);
        Assert.That(Count(ImageFormats.WebP, content), Is.EqualTo(frames));
        Assert.That(Count(ImageFormats.WebP, [.. content, .. WebPParts.AnimationFrame(0, 0, 9, 8)]), Is.EqualTo(frames), "bytes after the container");
    }

    [TestCase("avis", true, 3)]
    [TestCase("avis", false, 3)]
    [TestCase("mif1", true, 3)]
    [TestCase("avif", true, 1)]
    [TestCase("avif", false, 3)]
    public void An_AVIF_has_the_frames_that_decoders_show(string brand, bool hasStill, int expected) =>
        Assert.That(Count(ImageFormats.Avif, AvifParts.Animation(3, brand, hasStill)), Is.EqualTo(expected));

    [Test]
    public void An_AVIF_whose_samples_come_first_or_after_other_boxes_has_its_frames()
    {
        Assert.That(Count(ImageFormats.Avif, AvifParts.Animation(3, dataFirst: true)), Is.EqualTo(3));
        Assert.That(Count(ImageFormats.Avif, AvifParts.Animation(3, between: [.. Box("free", 1, 2, 3), .. Box("abcd")])), Is.EqualTo(3));
    }

    [Test]
    public void An_AVIF_sequence_that_is_cut_off_has_no_number_of_frames([Values] bool hasStill, [Values] bool hasOthers)
    {
        byte[] content = AvifParts.Animation(3, hasStill: hasStill, between: hasOthers ? Box("free", 1, 2, 3) : []);
        for (int length = 0; length < content.Length; length++)
        {
            Assert.That(Count(ImageFormats.Avif, content[..length]), Is.Null, $"cut at {length}");
        }
    }

    [TestCase(1, 3)]
    [TestCase(0, null)]
    public void An_AVIF_sequence_has_its_frames_if_the_size_of_its_data_is_known(int dataSize, int? expected)
    {
        byte[] content = AvifParts.Animation(3, dataSize: dataSize);
        Assert.That(Count(ImageFormats.Avif, content), Is.EqualTo(expected));
        for (int length = content.Length - 45; length < content.Length; length++)
        {
            Assert.That(Count(ImageFormats.Avif, content[..length]), Is.Null, $"cut at {length} of {content.Length}");
        }
    }

    private static IEnumerable<TestCaseData> Sizes()
    {
        static TestCaseData Case(string name, byte[] sizes, int? expected) => new TestCaseData(sizes, expected).SetArgDisplayNames(name);
        yield return Case("equal sizes", Box("stsz", [0, 0, 0, 0, .. U32(12), .. U32(3)]), 3);
        yield return Case("no samples", Box("stsz", [0, 0, 0, 0, .. U32(12), .. U32(0)]), null);
        yield return Case("the largest number", Box("stsz", [0, 0, 0, 0, .. U32(12), .. U32(int.MaxValue)]), int.MaxValue);
        yield return Case("too many samples", Box("stsz", [0, 0, 0, 0, .. U32(12), .. U32(1L + int.MaxValue)]), null);
        yield return Case("cut off", Box("stsz", 0, 0, 0, 0, 0, 0, 0, 12, 0, 0), null);
        yield return Case("no sizes", [], null);
        yield return Case("compact sizes", Box("stz2", [0, 0, 0, 0, 0, 0, 0, 8, .. U32(3), 12, 12, 12]), null);
    }

    [TestCaseSource(nameof(Sizes))]
    public void An_AVIF_sequence_has_the_number_of_samples_that_its_track_states(byte[] sizes, int? expected) =>
        Assert.That(Count(ImageFormats.Avif, AvifParts.Animation(3, sizes: sizes)), Is.EqualTo(expected));

    [Test]
    public void A_result_of_an_application_with_impossible_facts_has_none()
    {
        ImageHeaderResult result = ImageHeaderResult.Complete(1, 1) with { FrameCount = 0, Orientation = (ImageOrientation)9 };
        Assert.That((result.FrameCount, result.Orientation), Is.EqualTo(((int?)null, (ImageOrientation?)null)));
        Assert.That((ImageHeaderResult.Complete(1, 1) with { FrameCount = 2, Orientation = ImageOrientation.RightTop }).ToString(), Is.EqualTo("Complete(1x1, RightTop, frames: 2)"));
    }

    private static byte[] Gif(int frames) => GifParts.Make(4, 4, [GifParts.LoopExtension, .. Enumerable.Repeat(GifParts.Frame(4, 4, localColours: true), frames)]);

    /// <summary>
    /// Returns the number of frames; the same for the complete content and for bytes of unknown number.
    /// </summary>
    private static int? Count(ImageFormat format, byte[] content)
    {
        ImageHeaderResult result = format.ReadWhole(content);
        Assert.That(format.ReadPieces(content, lengthKnown: false, Enumerable.Repeat(3, 1 + (content.Length / 3))).FrameCount, Is.EqualTo(result.FrameCount), "in pieces");
        return result.FrameCount;
    }
}
