using ImageStorage.Providers;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

/// <summary>
/// Heads of half a megabyte that make each loop of the parsers go round as often as it can. A linear loop takes at most
/// a few milliseconds on any machine; a quadratic one takes minutes, so the bound is loose and still decides.
/// </summary>
public sealed class HostileLengthTests
{
    private const int HeadLength = 512 * 1024;
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(250);

    public static IEnumerable<TestCaseData> Heads()
    {
        byte[] jpegStart = [0xFF, 0xD8, 0xFF];
        yield return Case("JPEG of empty segments", ImageFormats.Jpeg, [0xFF, 0xD8], Segment(0xFE));
        yield return Case("JPEG of fill bytes", ImageFormats.Jpeg, jpegStart, [0xFF]);
        yield return Case("JPEG of escaped bytes", ImageFormats.Jpeg, jpegStart, [0xFF, 0x00]);
        yield return Case("JPEG of restart markers", ImageFormats.Jpeg, jpegStart, [0xFF, 0xD0]);
        yield return Case("JPEG of empty EXIF", ImageFormats.Jpeg, [0xFF, 0xD8], Segment(0xE1, [.. ExifParts.Identifier, .. Ascii("II*\0"), .. U32Little(8)]));
        yield return Case("JPEG of EXIF with as many fields as fit", ImageFormats.Jpeg, [0xFF, 0xD8], Segment(0xE1, [.. ExifParts.Identifier, .. Ascii("MM\0*"), .. U32(8), 0xFF, 0xFF, .. new byte[65_000]]));
        yield return Case("PNG of empty EXIF", ImageFormats.Png, PngParts.Make(PngParts.Header(1, 1))[..33], Chunk("eXIf", [.. Ascii("II*\0"), .. U32Little(8)]));
        yield return Case("PNG of EXIF with as many fields as fit", ImageFormats.Png, [.. PngParts.Make(PngParts.Header(1, 1))[..33], .. U32(HeadLength), .. Ascii("eXIfMM\0*"), .. U32(8), 0xFF, 0xFF], new byte[12]);
        yield return Case("WebP of empty EXIF", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(5, 6, 0x08), WebPParts.Vp8(5, 6)).With(4, U32Little(HeadLength - 8)), RiffChunk("EXIF", [.. Ascii("II*\0"), .. U32Little(8)]));
        yield return Case("GIF of frames", ImageFormats.Gif, GifParts.Make(1, 1)[..^1], GifParts.Frame(1, 1));
        yield return Case("PNG of empty chunks", ImageFormats.Png, PngParts.Make(PngParts.Header(1, 1))[..33], Chunk("teXt"));
        yield return Case("GIF of empty extensions", ImageFormats.Gif, GifParts.Make(1, 1)[..^1], [0x21, 0xFE, 0]);
        yield return Case("GIF of short sub-blocks", ImageFormats.Gif, [.. GifParts.Make(1, 1)[..^1], 0x21, 0xFE], [1, 1]);
        yield return Case("WebP of empty chunks", ImageFormats.WebP, WebPParts.Make(WebPParts.Vp8X(1, 1)).With(4, U32Little(HeadLength - 8)), RiffChunk("abcd"));
        yield return Case("AVIF of empty boxes", ImageFormats.Avif, Box("ftyp", Ascii("avif\0\0\0\0")), Box("free"));
        yield return Case("AVIF of empty boxes in its description", ImageFormats.Avif, [.. Box("ftyp", Ascii("avif\0\0\0\0")), .. U32(HeadLength - 16), .. Ascii("meta"), 0, 0, 0, 0], Box("free"));
        yield return Meta("AVIF of empty items", "iinf", Box("infe"));
        yield return Meta("AVIF of locations without fields", "iloc", [0, 7, 0, 0, 0xFF, 0xFF], [0, 0, 0, 0, 0, 0, 0xFF, 0xFF]);
        yield return Meta("AVIF of empty references", "iref", Box("dimg"));
        yield return Meta("AVIF of associations", "ipma", [0, 7, 0], [0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF], within: "iprp");
        yield return Meta("AVIF of properties", "ipco", Box("ispe"), within: "iprp");
        yield return Meta("AVIF of rotations", "ipco", Box("irot", 0), within: "iprp");
        yield return ManyTiles();
        yield return Case("AVIF of empty tracks", ImageFormats.Avif, [.. Box("ftyp", Ascii("avis\0\0\0\0")), .. U32(HeadLength - 16), .. Ascii("moov")], Box("trak"));
    }

    [TestCaseSource(nameof(Heads))]
    public void ReadHeader_of_a_hostile_head_of_half_a_megabyte_answers_at_once(ImageFormat format, byte[] head)
    {
        foreach (bool contentEnds in new[] { false, true })
        {
            // The best of some, as another process may get in between.
            TimeSpan best = TimeSpan.MaxValue;
            ImageHeaderResult result = default;
            for (int i = 0; i < 5; i++)
            {
                long start = TimeProvider.System.GetTimestamp();
                result = format.ReadHeader(head, contentEnds, null);
                TimeSpan taken = TimeProvider.System.GetElapsedTime(start);
                best = taken < best ? taken : best;
            }

            TestContext.Out.WriteLine($"{best.TotalMilliseconds:F2} ms: {result}");
            Assert.That(best, Is.LessThan(Bound));
        }
    }

    private static TestCaseData Case(string name, ImageFormat format, byte[] start, byte[] repeated) =>
        new TestCaseData(format, Fill(start, repeated, HeadLength)).SetArgDisplayNames(name);

    /// <summary>
    /// A sound description, to which a box full of repetitions is added in front of the one that it stands for.
    /// </summary>
    private static TestCaseData Meta(string name, string type, byte[] repeated, byte[]? start = null, string? within = null)
    {
        byte[] sound = new AvifParts { ItemType = "grid", Tiles = [2, 3], Without = [within ?? type] }.Make();
        int metaAt = sound.Find("meta") - 4;
        byte[] before = sound[metaAt..(metaAt + (int)sound.U32At(metaAt))];
        byte[] versioned = type is "iinf" ? [0, 0, 0, 0, 0xFF, 0xFF] : type is "iref" ? [0, 0, 0, 0] : [];
        byte[] large = Box(type, Fill(start ?? versioned, repeated, HeadLength - 1024));
        byte[] mostAssociations = Box("ipma", [0, 0, 0, 1, .. U32(1), 0, 1, 0xFF, .. new byte[2 * 0xFF]]);
        byte[] added = within is null ? large : Box(within, [.. type == "ipco" ? mostAssociations : [], .. large]);
        byte[] meta = [.. before, .. added];
        return new TestCaseData(ImageFormats.Avif, (byte[])[.. sound[..metaAt], .. meta.With(0, U32(meta.Length))]).SetArgDisplayNames(name);
    }

    /// <summary>
    /// As many tiles as a reference can name, in the order that is worst for finding repetitions naively: none.
    /// </summary>
    private static TestCaseData ManyTiles()
    {
        byte[] content = new AvifParts { ItemType = "grid", Wide = true, Tiles = [.. Enumerable.Range(2, ushort.MaxValue).Select(id => (int)(id * 2_654_435_761L & int.MaxValue))] }.Make();
        return new TestCaseData(ImageFormats.Avif, content).SetArgDisplayNames("AVIF of 65,535 tiles");
    }

    private static byte[] Fill(byte[] start, byte[] repeated, int length)
    {
        byte[] head = new byte[length];
        start.CopyTo(head, 0);
        for (int at = start.Length; at + repeated.Length <= length; at += repeated.Length)
        {
            repeated.CopyTo(head, at);
        }

        return head;
    }
}
