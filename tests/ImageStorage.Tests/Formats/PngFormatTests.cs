using ImageStorage.Providers;
using ImageStorage.Testing;
using static ImageStorage.Tests.Formats.Bytes;
using static ImageStorage.Tests.Formats.PngParts;

namespace ImageStorage.Tests.Formats;

public sealed class PngFormatTests
{
    private static readonly byte[] Data = Chunk("IDAT", 1, 2, 3);

    private static ImageHeaderResult Read(params byte[][] chunks) => ImageFormats.Png.ReadWhole(Make(chunks));

    [TestCase(1L, 1L)]
    [TestCase(100_000L, 100_000L)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public void ReadHeader_of_a_sound_header_has_its_dimensions(long width, long height) =>
        Read(Header(width, height), Data).ShouldBe((int)width, (int)height);

    [TestCase(0L, 1L)]
    [TestCase(1L, 0L)]
    [TestCase(1L + int.MaxValue, 1L)]
    [TestCase(1L, (long)uint.MaxValue)]
    public void ReadHeader_of_impossible_dimensions_refuses(long width, long height) =>
        Read(Header(width, height), Data).ShouldBeInvalid("dimensions");

    [Test]
    public void ReadHeader_allows_the_fifteen_pairs_of_depth_and_colour_type_of_the_specification_and_no_other()
    {
        var allowed = new List<(int, int)>();
        for (int depth = 0; depth < 256; depth++)
        {
            for (int colour = 0; colour < 256; colour++)
            {
                if (Read(Header(1, 1, (byte)depth, (byte)colour), Chunk("PLTE", 1, 2, 3), Data).State == ImageHeaderState.Complete)
                {
                    allowed.Add((depth, colour));
                }
            }
        }

        Assert.That(allowed, Is.EquivalentTo(new[]
        {
            (1, 0), (2, 0), (4, 0), (8, 0), (16, 0), (8, 2), (16, 2), (1, 3), (2, 3), (4, 3), (8, 3), (8, 4), (16, 4), (8, 6), (16, 6),
        }));
    }

    [Test]
    public void ReadHeader_of_unknown_methods_refuses()
    {
        Read(Header(1, 1, compression: 1), Data).ShouldBeInvalid("compression method 1");
        Read(Header(1, 1, filter: 64), Data).ShouldBeInvalid("filter method 64");
        Read(Header(1, 1, interlace: 2), Data).ShouldBeInvalid("interlace method 2");
        Read(Header(1, 1, interlace: 1), Data).ShouldBe(1, 1);
    }

    [Test]
    public void ReadHeader_of_a_header_with_any_flipped_bit_refuses()
    {
        byte[] sound = Make(Header(1000, 1000), Data);
        for (int bit = 0; bit < 33 * 8; bit++)
        {
            byte[] damaged = sound.With(bit / 8, (byte)(sound[bit / 8] ^ (1 << (bit % 8))));
            Assert.That(ImageFormats.Png.ReadWhole(damaged).State, Is.EqualTo(ImageHeaderState.Invalid), $"bit {bit}");
        }
    }

    [Test]
    public void ReadHeader_of_an_Apple_PNG_whose_first_chunk_is_another_refuses() =>
        Read(Chunk("CgBI", 0x30, 0, 0x20, 0x02), Header(1, 1), Data).ShouldBeUnsupported("CgBI");

    [Test]
    public void ReadHeader_without_image_data_refuses()
    {
        Read(Header(1, 1)).ShouldBeInvalid("no image data");
        byte[] cut = Make(Header(1, 1), Chunk("tEXt", 1))[..^12];
        ImageFormats.Png.ReadWhole(cut).ShouldBeInvalid("cut off");
    }

    [Test]
    public void ReadHeader_of_indexed_colours_needs_a_palette_of_legal_size()
    {
        Read(Header(1, 1, 8, 3), Data).ShouldBeInvalid("no palette");
        Read(Header(1, 1, 8, 3), Chunk("PLTE"), Data).ShouldBeInvalid("palette");
        Read(Header(1, 1, 8, 3), Chunk("PLTE", 1, 2, 3, 4), Data).ShouldBeInvalid("palette");
        Read(Header(1, 1, 8, 3), Chunk("PLTE", new byte[771]), Data).ShouldBeInvalid("palette");
        Read(Header(1, 1, 8, 3), Chunk("PLTE", new byte[768]), Data).ShouldBe(1, 1);
    }

    [Test]
    public void ReadHeader_of_a_chunk_that_is_no_chunk_refuses()
    {
        Read(Header(1, 1), Chunk("a\0b1"), Data).ShouldBeInvalid("no chunk");
        Read(Header(1, 1), [0x80, 0, 0, 0, .. Ascii("tEXt")], Data).ShouldBeInvalid("length 2147483648");
        Read(Header(1, 1), Header(1, 1), Data).ShouldBeInvalid("IHDR");
        Read(Header(1, 1), Chunk("ABCD"), Data).ShouldBeInvalid("ABCD");
        Read(Header(1, 1), Chunk("abCD"), Data).ShouldBe(1, 1);
    }

    [TestCase("IDAT")]
    [TestCase("iCCP")]
    public void ReadHeader_of_a_chunk_beyond_the_end_refuses_once_the_length_is_known(string type)
    {
        byte[] content = [.. Make(Header(1, 1))[..^12], .. U32(1 << 30), .. Ascii(type), 1, 2, 3];
        ImageFormats.Png.ReadWhole(content).ShouldBeInvalid("cut off");
        ImageFormats.Png.ReadHeader(content, contentEnds: false, content.Length + 10).ShouldBeInvalid("cut off");
        ImageHeaderResult open = ImageFormats.Png.ReadHeader(content, contentEnds: false, null);
        Assert.That(open, Is.EqualTo(type == "IDAT" ? ImageHeaderResult.Complete(1, 1) with { FrameCount = 1 } : ImageHeaderResult.NeedMore(33 + 12 + (1L << 30) + 8)));
    }

    [Test]
    public void ReadHeader_of_a_large_profile_requires_the_next_chunk()
    {
        byte[] content = Make(Header(3, 2), Chunk("iCCP", new byte[200_000]), Data);
        ImageHeaderResult result = ImageFormats.Png.ReadHeader(content.AsSpan(0, 65_536), contentEnds: false, content.Length);
        Assert.That(result, Is.EqualTo(ImageHeaderResult.NeedMore(33 + 200_012 + 8)));
        ImageFormats.Png.ReadHeader(content.AsSpan(0, (int)result.RequiredLength), contentEnds: false, content.Length).ShouldBe(3, 2);
    }

    [Test]
    public void ReadHeader_ignores_bytes_after_the_end() =>
        ImageFormats.Png.ReadWhole([.. SampleImages.Png(8, 9), .. new byte[700]]).ShouldBe(8, 9);
}
