using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.AvifParts;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

public sealed class AvifFormatTests
{
    private static ImageHeaderResult Read(AvifParts parts) => ImageFormats.Avif.ReadWhole(parts.Make());

    [TestCase(1, 1)]
    [TestCase(int.MaxValue, 70_000)]
    public void ReadHeader_of_a_sound_description_has_the_stored_dimensions(int width, int height) =>
        Read(new AvifParts { Width = width, Height = height }).ShouldBe(width, height);

    [TestCase("avif", "")]
    [TestCase("mif1", "miafavif")]
    [TestCase("mif1", "heicavis")]
    public void Matches_a_major_or_compatible_brand(string major, string others)
    {
        byte[] content = new AvifParts { MajorBrand = major, OtherBrands = others }.Make();
        Assert.That(ImageFormats.Avif.Matches(content), Is.True);
        ImageFormats.Avif.ReadWhole(content).ShouldBe(64, 32);
    }

    [Test]
    public void Matches_neither_HEIC_nor_a_minor_version_that_spells_a_brand()
    {
        byte[] heic = new AvifParts { MajorBrand = "heic", OtherBrands = "mif1heic" }.Make();
        Assert.That(ImageFormats.Avif.Matches(heic), Is.False);
        Assert.That(ImageFormats.Avif.Matches(heic.With(12, Ascii("avif"))), Is.False);
    }

    [Test]
    public void ReadHeader_with_the_description_after_the_data_requires_the_description()
    {
        byte[] content = new AvifParts { MetaLast = true }.Make();
        ImageHeaderResult result = ImageFormats.Avif.ReadHeader(content.AsSpan(0, 40), contentEnds: false, null);
        Assert.That(result.State, Is.EqualTo(ImageHeaderState.NeedMore));
        ImageFormats.Avif.ReadByNeed(content, lengthKnown: false).ShouldBe(64, 32);
    }

    [TestCase("hdlr", "no handler")]
    [TestCase("pitm", "no primary item")]
    [TestCase("iinf", "not among the items")]
    [TestCase("iloc", "item locations")]
    [TestCase("iprp", "no properties")]
    public void ReadHeader_without_a_box_that_it_needs_refuses(string box, string reason) => Read(new AvifParts { Without = [box] }).ShouldBeInvalid(reason);

    [Test]
    public void ReadHeader_without_a_description_refuses() =>
        ImageFormats.Avif.ReadWhole([.. Box("ftyp", Ascii("avif\0\0\0\0")), .. Box("mdat", 1, 2)]).ShouldBeInvalid("no image description");

    [TestCase("hdlr")]
    [TestCase("pitm")]
    [TestCase("iloc")]
    [TestCase("iinf")]
    [TestCase("iprp")]
    public void ReadHeader_of_a_duplicate_box_refuses(string box) =>
        Read(new AvifParts { ExtraBoxes = [Box(box, new byte[40])] }).ShouldBeInvalid($"two boxes {box}");

    [Test]
    public void ReadHeader_of_a_handler_of_another_kind_refuses() => Read(new AvifParts { Handler = "vide" }).ShouldBeInvalid("no handler");

    [TestCase("hvc1")]
    [TestCase("Exif")]
    public void ReadHeader_of_a_primary_item_that_is_not_AV1_refuses(string type) => Read(new AvifParts { ItemType = type }).ShouldBeInvalid(type);

    [Test]
    public void ReadHeader_of_a_grid_with_the_same_tile_twice_refuses()
    {
        Read(new AvifParts { ItemType = "grid", Tiles = [2, 3, 4, 3] }).ShouldBeInvalid("twice in the grid");
        Read(new AvifParts { ItemType = "grid", Tiles = [2, 3, 4, 3], Wide = true }).ShouldBeInvalid("twice in the grid");
        Read(new AvifParts { ItemType = "grid", Tiles = [.. Enumerable.Range(2, 5000)] }).ShouldBe(64, 32);
        Read(new AvifParts { ItemType = "grid", Tiles = [.. Enumerable.Range(2, 5000), 4000] }).ShouldBeInvalid("twice in the grid");
        Read(new AvifParts { ItemType = "grid" }).ShouldBeInvalid("without tiles");
    }

    [TestCase(0L, 1L)]
    [TestCase(1L, 0L)]
    [TestCase(1L + int.MaxValue, 1L)]
    public void ReadHeader_of_impossible_dimensions_refuses(long width, long height) =>
        Read(new AvifParts { Properties = [Ispe(width, height)], Associations = [1] }).ShouldBeInvalid("dimensions");

    [Test]
    public void ReadHeader_uses_the_size_of_the_primary_item()
    {
        byte[][] properties = [Ispe(1, 2), Box("free"), Ispe(3, 4)];
        Read(new AvifParts { Properties = properties, Associations = [2, 3] }).ShouldBe(3, 4);
        Read(new AvifParts { Properties = properties, Associations = [1] }).ShouldBe(1, 2);
        Read(new AvifParts { Properties = properties, Associations = [2] }).ShouldBeInvalid("no size");
        Read(new AvifParts { Properties = properties, Associations = [] }).ShouldBeInvalid("no size");
        Read(new AvifParts { Properties = properties, Associations = [1, 3] }).ShouldBeInvalid("two sizes");
        Read(new AvifParts { Properties = [Box("ispe", 0, 0, 0, 0, 0, 0, 0, 9)], Associations = [1] }).ShouldBeInvalid("dimensions");
    }

    [Test]
    public void ReadHeader_of_data_beyond_the_end_refuses_once_the_length_is_known()
    {
        byte[] content = new AvifParts { MissingData = 1 }.Make();
        ImageFormats.Avif.ReadWhole(content).ShouldBeInvalid("cut off");
        ImageFormats.Avif.ReadHeader(content, contentEnds: false, content.Length).ShouldBeInvalid("cut off");
        ImageFormats.Avif.ReadHeader(content, contentEnds: false, null).ShouldBe(64, 32);
        Read(new AvifParts { MissingData = 1, Wide = true }).ShouldBeInvalid("cut off");
    }

    [Test]
    public void ReadHeader_of_a_box_that_reaches_past_its_parent_refuses([Values("hdlr", "pitm", "iloc", "iinf", "ipco", "ispe", "infe", "dimg")] string box)
    {
        byte[] content = new AvifParts { ItemType = "grid", Tiles = [2, 3] }.Make();
        Assert.That(ImageFormats.Avif.ReadWhole(content).State, Is.EqualTo(ImageHeaderState.Complete));
        int sizeAt = content.Find(box) - 4;
        foreach (long size in new long[] { 2, 7, 0x10000, uint.MaxValue })
        {
            Assert.That(ImageFormats.Avif.ReadWhole(content.With(sizeAt, U32(size))).State, Is.EqualTo(ImageHeaderState.Invalid), $"size {size}");
        }
    }

    [Test]
    public void ReadHeader_of_impossible_sizes_at_the_top_refuses([Values(0ul, 15ul, ulong.MaxValue, (ulong)long.MaxValue, (ulong)long.MaxValue - 20)] ulong size, [Values] bool lengthKnown)
    {
        byte[] content = [.. Box("ftyp", Ascii("avif\0\0\0\0")), .. U32(1), .. Ascii("free"), .. U64(size), 1, 2, 3];
        ImageFormats.Avif.ReadHeader(content, contentEnds: false, lengthKnown ? 1000 : null).ShouldBeInvalid("at byte 16");
    }

    [Test]
    public void ReadHeader_of_a_description_that_reaches_to_the_end_reads_it()
    {
        byte[] content = new AvifParts { MetaLast = true }.Make();
        content = content.With(content.Find("meta") - 4, U32(0));
        ImageFormats.Avif.ReadWhole(content).ShouldBe(64, 32);
        Assert.That(ImageFormats.Avif.ReadHeader(content, contentEnds: false, null), Is.EqualTo(ImageHeaderResult.NeedMore(content.Length + 1)));
        ImageFormats.Avif.ReadByNeed(content, lengthKnown: false).ShouldBe(64, 32);
        Assert.That(ImageFormats.Avif.ReadWhole([.. content, 1, 2]).State, Is.EqualTo(ImageHeaderState.Invalid));
    }

    [Test]
    public void ReadHeader_of_data_that_reach_to_the_end_finds_no_description()
    {
        byte[] content = new AvifParts { MetaLast = true }.Make();
        ImageFormats.Avif.ReadWhole(content.With(content.Find("mdat") - 4, U32(0))).ShouldBeInvalid("no image description");
    }

    [Test]
    public void Scan_of_a_description_that_is_cut_off_in_a_box_that_is_skipped_refuses_at_the_end()
    {
        byte[] content = new AvifParts { MetaLast = true, ExtraBoxes = [Box("free", new byte[50])] }.Make()[..^20];

        ImageFormats.Avif.ReadPieces(content, lengthKnown: false, Enumerable.Repeat(7, content.Length)).ShouldBeInvalid("cut off");
    }

    [Test]
    public void ReadHeader_of_tracks_that_reach_beyond_the_end_ignores_them_after_a_still_image([Values] bool lengthKnown)
    {
        byte[] content = [.. Animation(3, hasStill: true), .. U32(0), .. Ascii("free")];
        content = content.With(content.Find("moov") - 4, 0x7F);

        ImageHeaderResult result = ImageFormats.Avif.ReadPieces(content, lengthKnown, [content.Length]);

        result.ShouldBe(64, 32);
        Assert.That(result.FrameCount, Is.Null);
    }

    [TestCase((byte)0)]
    [TestCase((byte)1)]
    public void ReadHeader_of_a_sequence_without_a_still_image_has_the_size_of_its_track_of_pictures(byte version)
    {
        ImageFormats.Avif.ReadWhole(Sequence(150, 100, version)).ShouldBe(150, 100);
        ImageFormats.Avif.ReadWhole(Sequence(0, 100, version)).ShouldBeInvalid("0 x 100");
    }

    [Test]
    public void ReadHeader_of_a_sequence_prefers_its_still_image_and_skips_a_description_without_an_image()
    {
        byte[] tracks = Sequence(150, 100);
        byte[] still = new AvifParts { MajorBrand = "avis" }.Make();
        ImageFormats.Avif.ReadWhole([.. still, .. tracks[20..]]).ShouldBe(64, 32);
        byte[] bare = [.. tracks[..20], .. Box("meta", [0, 0, 0, 0, .. Box("free", 1, 2)]), .. tracks[20..]];
        ImageFormats.Avif.ReadWhole(bare).ShouldBe(150, 100);
    }
}
