using System.Buffers.Binary;
using System.Text;

namespace ImageStorage.Formats;

/// <summary>Names the type of refused content, so that a message says more than "not an image".</summary>
/// <param name="Text">A clause, such as "it looks like PDF".</param>
/// <param name="IsKnownType">True for content of a known type; false for damaged and unknown content.</param>
internal readonly record struct ContentGuess(string Text, bool IsKnownType)
{
    private const int TextLength = 1024;
    private const int ShownBytes = 8;

    public static ContentGuess Of(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return new("it is empty", false);
        }

        string? name = ContentSignatures.Find(head) ?? ByContainer(head) ?? ByText(head[..Math.Min(head.Length, TextLength)]);
        return name is not null ? new($"it looks like {name}", true)
            : Damaged(head) is { } damaged ? new(damaged, false)
            : new($"it begins with 0x{Convert.ToHexString(head[..Math.Min(head.Length, ShownBytes)])}", false);
    }

    /// <summary>Returns the clause for an accepted format with a damaged signature, or null.</summary>
    private static string? Damaged(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]))
        {
            return head.Length == 2
                ? "it is the first two bytes of a JPEG, cut off"
                : $"it begins as a JPEG (0xFFD8), but 0x{head[2]:X2} follows instead of a marker (0xFF), so it is damaged";
        }

        if (head.StartsWith("GIF8"u8))
        {
            return "it looks like a damaged GIF: its version is neither 87a nor 89a";
        }

        // The signature of a PNG is designed to be damaged by transfers as text. IHDR still follows.
        return head[..Math.Min(head.Length, 20)].IndexOf("IHDR"u8) >= 0 ? "it looks like a PNG whose signature is damaged (transferred as text?)" : null;
    }

    private static string? ByContainer(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..].StartsWith("ftyp"u8))
        {
            return ByBrands(head);
        }

        if (head.Length >= 12 && head.StartsWith("RIFF"u8))
        {
            string type = FourCc.ToText(BinaryPrimitives.ReadUInt32BigEndian(head[8..]));
            return type switch
            {
                "WEBP" => "WebP",
                "AVI " => "an AVI video",
                "WAVE" => "a WAVE sound",
                _ => $"RIFF of type {type}",
            };
        }

        return IsBitmap(head) ? "BMP" : null;
    }

    /// <summary>
    /// Returns the name for the brands of an ISO base media file: a known brand, or else the major brand.
    /// </summary>
    private static string ByBrands(ReadOnlySpan<byte> head)
    {
        int end = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(head), (uint)Math.Min(head.Length, AvifFormat.MaxFtypSize));
        string? image = null;
        for (int at = 8; at + 4 <= end; at += 4)
        {
            // The four bytes after the major brand are a version. A specific brand says more than a general image
            // brand.
            string? found = at == 12 ? null : ByBrand(FourCc.ToText(BinaryPrimitives.ReadUInt32BigEndian(head[at..])));
            image = found is not null && (image is null or "HEIF") ? found : image;
        }

        string major = FourCc.ToText(BinaryPrimitives.ReadUInt32BigEndian(head[8..]));
        return image ?? $"an MP4 or QuickTime video (brand {major})";
    }

    private static string? ByBrand(string brand) => brand switch
    {
        "avif" or "avis" => "AVIF",
        "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "hevm" or "hevs" => "HEIC (HEIF with HEVC, as iPhones save it): convert it to JPEG or AVIF",
        "avci" or "avcs" => "HEIF with AVC (H.264): convert it to JPEG or AVIF",
        "vvic" or "vvis" => "HEIF with VVC (H.266): convert it to JPEG or AVIF",
        "jpeg" or "jpgs" => "HEIF with JPEG: convert it to JPEG",
        "j2ki" or "j2is" => "HEIF with JPEG 2000: convert it to JPEG or PNG",
        "mif1" or "mif2" or "msf1" or "1pic" or "2pic" => "HEIF",
        "crx " => "a camera raw file (CR3)",
        "jxl " => "JPEG XL",
        "jp2 " or "jpx " or "jpm " => "JPEG 2000",
        _ => null,
    };

    /// <summary>
    /// Returns whether the content is a BMP. Texts may begin with "BM", too, so the size of the header must be that of
    /// a known version.
    /// </summary>
    private static bool IsBitmap(ReadOnlySpan<byte> head) =>
        head.StartsWith("BM"u8)
        && (head.Length >= 18 && BinaryPrimitives.ReadUInt32LittleEndian(head[14..]) is 12 or 16 or 40 or 52 or 56 or 64 or 108 or 124
            || head.Length >= 10 && head.Slice(6, 4).IndexOfAnyExcept((byte)0) < 0);

    private static string? ByText(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || start.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return "text (UTF-16)";
        }

        // No text has control characters other than tab, line feed, form feed and carriage return.
        foreach (byte b in start)
        {
            if (b is < 0x20 and not (0x09 or 0x0A or 0x0C or 0x0D) or 0x7F)
            {
                return null;
            }
        }

        // Latin-1 decodes any byte, and only ASCII is searched.
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
