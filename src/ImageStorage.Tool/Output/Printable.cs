using System.Globalization;
using System.Text;

namespace ImageStorage.Tool.Output;

/// <summary>
/// Makes text from outside (names of files, stored metadata) safe to print: one line, without characters that control a
/// terminal or change the direction of other text.
/// </summary>
internal static class Printable
{
    public static string Line(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsHarmful(rune))
            {
                result.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
            }
            else
            {
                // The enumeration returns a lone surrogate as U+FFFD.
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    // Joiners are of the category Format too, and harmless: emoji and many scripts are written with them.
    private static bool IsHarmful(Rune rune) => rune.Value is not (0x200C or 0x200D)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
