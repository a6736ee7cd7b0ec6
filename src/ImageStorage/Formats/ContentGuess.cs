using System.Buffers.Binary;
using System.Text;

namespace ImageStorage.Formats;

/// <summary>Names what people upload by mistake, so that a refusal says more than "not an image".</summary>
internal static class ContentGuess
{
    private const int TextLength = 1024;
    private const int ShownBytes = 8;

    /// <summary>Signatures at the start of the content.</summary>
    private static readonly (byte[] Signature, string Name)[] Signatures =
    [
        ("%PDF-"u8.ToArray(), "PDF"),
        ("%!PS"u8.ToArray(), "PostScript"),
        ("II*\0"u8.ToArray(), "TIFF"),
        ("MM\0*"u8.ToArray(), "TIFF"),
        ("II+\0"u8.ToArray(), "TIFF"),
        ("MM\0+"u8.ToArray(), "TIFF"),
        ("8BPS"u8.ToArray(), "a Photoshop document"),
        ([0x00, 0x00, 0x01, 0x00], "an icon (ICO)"),
        ([0xFF, 0x0A], "JPEG XL"),
        ([0x00, 0x00, 0x00, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' '], "JPEG XL"),
        ([0x00, 0x00, 0x00, 0x0C, (byte)'j', (byte)'P'], "JPEG 2000"),
        ([0xFF, 0x4F, 0xFF, 0x51], "JPEG 2000"),
        ([0x8A, (byte)'M', (byte)'N', (byte)'G'], "MNG"),
        ("qoif"u8.ToArray(), "QOI"),
        ("DDS "u8.ToArray(), "DDS"),
        ("GIF8"u8.ToArray(), "a damaged GIF"),
        ([0xFF, 0xD8], "JPEG"),
        ([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A], "PNG"),
        ([(byte)'P', (byte)'K', 0x03, 0x04], "ZIP (or an Office document)"),
        ([(byte)'P', (byte)'K', 0x05, 0x06], "ZIP (or an Office document)"),
        ([0x1F, 0x8B], "gzip"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard"),
        ([(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "7-Zip"),
        ("Rar!"u8.ToArray(), "RAR"),
        ([0x7F, (byte)'E', (byte)'L', (byte)'F'], "a program"),
        ([(byte)'M', (byte)'Z'], "a program"),
        ([0x1A, 0x45, 0xDF, 0xA3], "a Matroska or WebM video"),
        ("OggS"u8.ToArray(), "Ogg"),
        ("ID3"u8.ToArray(), "MP3"),
        ("SQLite format 3"u8.ToArray(), "an SQLite database"),
    ];

    public static string Describe(ReadOnlySpan<byte> head) =>
        head.IsEmpty ? "it is empty"
        : (BySignature(head) ?? ByContainer(head) ?? ByText(head[..Math.Min(head.Length, TextLength)])) is { } name ? $"it looks like {name}"
        : $"it begins with 0x{Convert.ToHexString(head[..Math.Min(head.Length, ShownBytes)])}";

    private static string? BySignature(ReadOnlySpan<byte> head)
    {
        foreach ((byte[] signature, string name) in Signatures)
        {
            if (head.StartsWith(signature))
            {
                return name;
            }
        }

        return null;
    }

    private static string? ByContainer(ReadOnlySpan<byte> head)
    {
        // A PNG whose signature was damaged, which is made to show transfers as text, still has IHDR near by.
        if (head[..Math.Min(head.Length, 20)].IndexOf("IHDR"u8) >= 0)
        {
            return "a PNG whose signature is damaged (transferred as text?)";
        }

        if (head.Length < 12)
        {
            return null;
        }

        if (head[4..].StartsWith("ftyp"u8))
        {
            uint brand = BinaryPrimitives.ReadUInt32BigEndian(head[8..]);
            string text = FourCc.ToText(brand);
            return text switch
            {
                "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "mif1" or "msf1" => "HEIC",
                "avif" or "avis" => "AVIF",
                "crx " => "a camera raw file (CR3)",
                _ => $"an MP4 or QuickTime video (brand {text})",
            };
        }

        if (head.StartsWith("RIFF"u8))
        {
            return head[8..].StartsWith("WEBP"u8) ? "WebP" : $"RIFF of type {FourCc.ToText(BinaryPrimitives.ReadUInt32BigEndian(head[8..]))}";
        }

        // "BM" alone begins many a text; the reserved fields of a bitmap are zero.
        return head.StartsWith("BM"u8) && head.Slice(6, 4).IndexOfAnyExcept((byte)0) < 0 ? "BMP" : null;
    }

    private static string? ByText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return "text (UTF-16)";
        }

        // Control characters other than tab, line feed, form feed and carriage return are in no text.
        foreach (byte b in start)
        {
            if (b is < 0x20 and not (0x09 or 0x0A or 0x0C or 0x0D) or 0x7F)
            {
                return null;
            }
        }

        // Latin-1 takes any byte; only ASCII is searched for.
        string text = Encoding.Latin1.GetString(start);
        bool Has(string tag) => text.Contains(tag, StringComparison.OrdinalIgnoreCase);
        return Has("<svg") ? "SVG"
            : Has("<!doctype html") || Has("<html") || Has("<head") || Has("<body") ? "HTML"
            : Has("<?xml") ? "XML"
            : text.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? "a data URI (decode it first)"
            : text.TrimStart() is ['{' or '[', ..] ? "JSON"
            : start.IndexOfAnyExceptInRange((byte)0x00, (byte)0x7E) < 0 || start.Length >= 16 && Encoding.UTF8.GetString(start).Count(c => c == '\uFFFD') <= 1
                ? "plain text"
                : null;
    }
}
