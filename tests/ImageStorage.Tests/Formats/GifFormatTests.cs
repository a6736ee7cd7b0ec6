using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.Bytes;
using static ImageStorage.Tests.Formats.GifParts;

namespace ImageStorage.Tests.Formats;

public sealed class GifFormatTests
{
    private static ImageHeaderResult Read(byte[] content) => ImageFormats.Gif.ReadWhole(content);

    [Test]
    public void ReadHeader_reads_both_versions()
    {
        byte[] newer = Make(30, 20, Frame(30, 20));
        Read(newer).ShouldBe(30, 20);
        Read(newer.With(4, (byte)'7')).ShouldBe(30, 20);
        Read(newer.With(4, (byte)'8')).ShouldBeInvalid("signature");
    }

    [Test]
    public void ReadHeader_of_the_largest_screen_has_its_dimensions() => Read(Make(65_535, 65_535, Frame(1, 1))).ShouldBe(65_535, 65_535);

    [TestCase(0, 5)]
    [TestCase(5, 0)]
    public void ReadHeader_of_a_screen_without_area_refuses(int width, int height) =>
        Read(Make(width, height, Frame(5, 5))).ShouldBeInvalid("logical screen");

    [TestCase(0, 5)]
    [TestCase(5, 0)]
    public void ReadHeader_of_a_frame_without_area_refuses(int width, int height) =>
        Read(Make(5, 5, Frame(width, height))).ShouldBeInvalid("first frame");

    [Test]
    public void ReadHeader_of_a_frame_beyond_the_screen_has_the_dimensions_of_the_screen() => Read(Make(5, 6, Frame(50, 60))).ShouldBe(5, 6);

    [Test]
    public void ReadHeader_skips_extensions_and_colour_tables()
    {
        byte[] comment = [0x21, 0xFE, 255, .. new byte[255], 1, 9, 0];
        Read(Make(5, 6, LoopExtension, comment, comment, Frame(5, 6, localColours: true))).ShouldBe(5, 6);
        byte[] largestTable = [.. Ascii("GIF89a"), 5, 0, 6, 0, 0xF7, 0, 0, .. new byte[768], .. Frame(5, 6)];
        Read(largestTable).ShouldBe(5, 6);
    }

    [Test]
    public void ReadHeader_without_a_frame_refuses()
    {
        Read(Make(5, 6)).ShouldBeInvalid("no frame");
        Read(Make(5, 6, LoopExtension)).ShouldBeInvalid("no frame");
        Read(Make(5, 6, LoopExtension)[..^1]).ShouldBeInvalid("cut off");
    }

    [Test]
    public void ReadHeader_of_a_byte_that_begins_no_block_refuses() => Read(Make(5, 6, [0x77], Frame(5, 6))).ShouldBeInvalid("0x77");

    [TestCase(0, false)]
    [TestCase(1, true)]
    [TestCase(8, true)]
    [TestCase(12, false)]
    public void ReadHeader_of_an_impossible_code_size_refuses(int codeSize, bool isSound) =>
        Assert.That(Read(Make(5, 6, Frame(5, 6, codeSize: (byte)codeSize))).State, Is.EqualTo(isSound ? ImageHeaderState.Complete : ImageHeaderState.Invalid));
}
