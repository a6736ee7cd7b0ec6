using System.Text;
using ImageStorage.Formats;
using ImageStorage.Providers;
using ImageStorage.Testing;
using static ImageStorage.Tests.Formats.Bytes;

namespace ImageStorage.Tests.Formats;

public sealed class ImageSnifferTests
{
    public static IEnumerable<TestCaseData> Guesses()
    {
        yield return new TestCaseData(Array.Empty<byte>(), "it is empty");
        yield return new TestCaseData(Ascii("<?xml version='1.0'?>\n<!-- logo --><svg xmlns='http://www.w3.org/2000/svg'/>"), "it looks like SVG");
        yield return new TestCaseData(Ascii("\n <!DOCTYPE HTML><title>404</title>"), "it looks like HTML");
        yield return new TestCaseData(Ascii("<?xml version='1.0'?><Error>AccessDenied</Error>"), "it looks like XML");
        yield return new TestCaseData(Ascii("{\"error\": 1}"), "it looks like JSON");
        yield return new TestCaseData(Ascii("data:image/png;base64,iVBORw0KGgo="), "it looks like a data URI (decode it first)");
        yield return new TestCaseData(Ascii("just some text"), "it looks like plain text");
        yield return new TestCaseData(Encoding.UTF8.GetBytes("größere Übungstexte, später"), "it looks like plain text");
        yield return new TestCaseData(new byte[] { 0xFF, 0xFE, (byte)'a', 0 }, "it looks like text (UTF-16)");
        yield return new TestCaseData(Ascii("%PDF-1.7"), "it looks like PDF");
        yield return new TestCaseData((byte[])[.. Ascii("BM"), .. U32Little(100), 0, 0, 0, 0, 54, 0, 0, 0], "it looks like BMP");
        yield return new TestCaseData(Ascii("BMW is a car maker"), "it looks like plain text");
        yield return new TestCaseData((byte[])[.. Ascii("II*"), 0, 8, 0, 0, 0], "it looks like TIFF");
        yield return new TestCaseData(Box("ftyp", Ascii("heic\0\0\0\0mif1heic")), "it looks like HEIC (HEIF with HEVC, as iPhones save it): convert it to JPEG or AVIF");
        yield return new TestCaseData(Box("ftyp", Ascii("avci\0\0\0\0mif1avcimiaf")), "it looks like HEIF with AVC (H.264): convert it to JPEG or AVIF");
        yield return new TestCaseData(Box("ftyp", Ascii("mif1\0\0\0\0mif1heic")), "it looks like HEIC (HEIF with HEVC, as iPhones save it): convert it to JPEG or AVIF");
        yield return new TestCaseData(Box("ftyp", Ascii("msf1\0\0\0\0iso8")), "it looks like HEIF");
        yield return new TestCaseData((byte[])[.. Ascii("BM"), 0x1A, 0, 0, 0, 0x15, 0, 0x10, 0, 0x1A, 3, 0, 0, 12, 0, 0, 0], "it looks like BMP");
        yield return new TestCaseData(new byte[] { 0xFF, 0xD8, 0x4B, 0xDC }, "it begins as a JPEG (0xFFD8), but 0x4B follows instead of a marker (0xFF), so it is damaged");
        yield return new TestCaseData(Ascii("GIF88a\0\0"), "it looks like a damaged GIF: its version is neither 87a nor 89a");
        yield return new TestCaseData((byte[])[.. Ascii("II*"), 0, 16, 0, 0, 0, .. Ascii("CR"), 2, 0], "it looks like a camera raw file (CR2)");
        yield return new TestCaseData((byte[])[.. new byte[128], .. Ascii("DICM")], "it looks like DICOM");
        yield return new TestCaseData(Ascii("P6\n2 2\n255\n"), "it looks like Netpbm (PBM, PGM or PPM)");
        yield return new TestCaseData((byte[])[0, 0, 2, 0, 1, 0], "it looks like a cursor (CUR)");
        yield return new TestCaseData(Box("ftyp", Ascii("isom\0\0\0\0mp41")), "it looks like an MP4 or QuickTime video (brand isom)");
        yield return new TestCaseData((byte[])[.. Ascii("PK"), 3, 4, 20, 0], "it looks like ZIP (or an Office document)");
        yield return new TestCaseData((byte[])[.. Ascii("RIFF"), 1, 0, 0, 0, .. Ascii("WAVEfmt ")], "it looks like a WAVE sound");
        yield return new TestCaseData(SampleImages.Png()[1..], "it looks like a PNG whose signature is damaged (transferred as text?)");
        yield return new TestCaseData(new byte[] { 0, 1, 2 }, "it begins with 0x000102");
        yield return new TestCaseData(new byte[] { 0x9C, 0xF3, 0x80, 0x01, 5, 6, 7, 8, 9 }, "it begins with 0x9CF3800105060708");
    }

    [TestCaseSource(nameof(Guesses))]
    public void Describe_names_what_is_uploaded_by_mistake(byte[] content, string description)
    {
        Assert.That(ImageSniffer.Detect(ImageFormats.Default, content), Is.Null);
        Assert.That(ImageSniffer.Describe(content), Is.EqualTo(description));
    }

    [Test]
    public void Detect_finds_the_format_of_every_sample_from_its_signature_alone()
    {
        int length = ImageSniffer.SignatureLength(ImageFormats.Default);
        foreach (FormatSample sample in FormatSamples.All)
        {
            byte[] head = sample.Content[..Math.Min(length, sample.Content.Length)];
            Assert.That(ImageSniffer.Detect(ImageFormats.Default, head), Is.SameAs(sample.Format), sample.Name);
        }
    }

    [Test]
    public void Detect_of_a_format_that_is_not_allowed_finds_none_and_Describe_names_it()
    {
        foreach ((byte[] content, string name) in new[] { (SampleImages.Jpeg(), "JPEG"), (SampleImages.Png(), "PNG"), (SampleImages.WebP(), "WebP"), (SampleImages.Avif(), "AVIF") })
        {
            Assert.That(ImageSniffer.Detect([ImageFormats.Gif], content), Is.Null);
            Assert.That(ImageSniffer.Describe(content), Is.EqualTo($"it looks like {name}"));
        }
    }

    [Test]
    public void Detect_of_several_matching_formats_takes_the_first()
    {
        var own = new TextFormat();
        byte[] content = Ascii("TEXT");
        Assert.That(ImageSniffer.Detect([ImageFormats.Png, own, new TextFormat()], content), Is.SameAs(own));
    }

    [Test]
    public void Detect_of_a_head_shorter_than_a_signature_does_not_match_and_does_not_throw()
    {
        foreach (FormatSample sample in FormatSamples.All)
        {
            for (int length = 0; length < 3; length++)
            {
                Assert.That(ImageSniffer.Detect(ImageFormats.Default, sample.Content.AsSpan(0, length)), Is.Null);
                Assert.That(ImageSniffer.Describe(sample.Content.AsSpan(0, length)), Is.Not.Empty);
            }
        }
    }

    private sealed class TextFormat : ImageFormat
    {
        public override string Name => "Text";

        public override string ContentType => "text/plain";

        public override IReadOnlyList<string> FileExtensions => [".txt"];

        public override int SignatureLength => 4;

        public override bool Matches(ReadOnlySpan<byte> head) => head.SequenceEqual("TEXT"u8);

        public override ImageHeaderResult ReadHeader(ReadOnlySpan<byte> head, bool contentEnds, long? contentLength) => ImageHeaderResult.Complete(1, 1);
    }
}
