using System.Globalization;
using System.Text;

namespace ImageStorage.Tool.Output;

/// <summary>
/// Text from outside (names of files, what other people stored) as it may be printed: one line, and nothing that a
/// terminal obeys or that turns the direction of what stands beside it.
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
                // A lone surrogate comes out of the enumeration as U+FFFD.
                result.Append(rune);
            }
        }

        return result.ToString();
    }

    // Joiners are of the category Format too, and harmless: emoji and many scripts are written with them.
    private static bool IsHarmful(Rune rune) => rune.Value is not (0x200C or 0x200D)
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
