using System.Globalization;
using System.Text;
using ImageStorage.Unicode;

namespace ImageStorage;

/// <summary>The rules of image keys and key prefixes. Text is never cleaned or repaired.</summary>
internal static class KeyRules
{
    public const string ReservedFolder = ".imagestorage";

    /// <summary>Returns the rule that a key breaks, as a clause, or null for a valid key.</summary>
    public static string? Violation(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return "a key must not be empty";
        }

        return CharacterViolation(key, "key") ?? SegmentViolation(key, lastMayBeEmpty: false);
    }

    /// <summary>
    /// Returns the rule that a prefix breaks, as a clause, or null for a valid prefix. A prefix is the first part of
    /// some valid key and may end after a <c>/</c> or in the middle of a segment.
    /// </summary>
    public static string? PrefixViolation(string prefix)
    {
        if (prefix.Length == 0)
        {
            return null;
        }

        return CharacterViolation(prefix, "key prefix") ?? SegmentViolation(prefix, lastMayBeEmpty: true);
    }

    /// <summary>
    /// Returns text for a message: quoted, shortened, and without characters that could disturb a log or a terminal.
    /// </summary>
    public static string Describe(string? text)
    {
        if (text is null)
        {
            return "(null)";
        }

        const int Shown = 80;
        var shown = new StringBuilder("'");
        foreach (var c in text.AsSpan(0, Math.Min(Shown, text.Length)))
        {
            if (char.IsControl(c) || char.IsSurrogate(c) || IsFormatting(c))
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            }
            else
            {
                shown.Append(c);
            }
        }

        return shown.Append(text.Length > Shown ? "…'" : "'").ToString();
    }

    private static string? CharacterViolation(string text, string what)
    {
        var ascii = true;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c < 0x80)
            {
                if (c is < ' ' or '\x7f')
                {
                    return c == '\0' ? $"a {what} must not contain NUL" : $"a {what} must not contain control characters (U+{(int)c:X4} at {i})";
                }

                if (c == '\\')
                {
                    return $"a {what} must not contain a backslash; segments are separated by '/'";
                }

                continue;
            }

            ascii = false;
            if (char.IsControl(c))
            {
                return $"a {what} must not contain control characters (U+{(int)c:X4} at {i})";
            }

            if (IsFormatting(c))
            {
                return $"a {what} must not contain bidirectional or line-separating characters (U+{(int)c:X4} at {i})";
            }

            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                if ((char.ConvertToUtf32(c, text[++i]) & 0xFFFE) == 0xFFFE)
                {
                    return $"a {what} must not contain Unicode non-characters";
                }
            }
            else if (char.IsSurrogate(c))
            {
                return $"a {what} must not contain lone surrogates (U+{(int)c:X4} at {i})";
            }
            else if (c is >= '\uFDD0' and <= '\uFDEF' or >= '\uFFFE')
            {
                return $"a {what} must not contain Unicode non-characters";
            }
        }

        if ((ascii ? text.Length : Encoding.UTF8.GetByteCount(text)) > ImageKey.MaxBytes)
        {
            return $"a {what} must not be longer than {ImageKey.MaxBytes} UTF-8 bytes";
        }

        return ascii || NormalizationFormC.IsNormalized(text) ? null : $"a {what} must be in Unicode normalization form C (call string.Normalize() first, which works outside of the globalization-invariant mode)";
    }

    private static string? SegmentViolation(string text, bool lastMayBeEmpty)
    {
        if (text[0] == '/')
        {
            return "a key must be relative, without a leading '/'";
        }

        if (text.Length >= 2 && text[1] == ':' && char.IsAsciiLetter(text[0]))
        {
            return "a key must not begin with a drive letter";
        }

        var rest = text.AsSpan();
        var first = true;
        while (true)
        {
            var slash = rest.IndexOf('/');
            var segment = slash < 0 ? rest : rest[..slash];
            var last = slash < 0;
            if (segment.IsEmpty && !(last && lastMayBeEmpty))
            {
                return "a key must not have empty segments (no '//' and no '/' at the end)";
            }

            // The last segment of a prefix is unfinished: '.' may become '.hidden'.
            var finished = !(last && lastMayBeEmpty);
            if (finished && segment is "." or "..")
            {
                return "a key must not have '.' or '..' segments";
            }

            if (first && finished && Ascii.EqualsIgnoreCase(segment, ReservedFolder))
            {
                return $"the name '{ReservedFolder}' is reserved for the library's own use";
            }

            if (last)
            {
                return null;
            }

            rest = rest[(slash + 1)..];
            first = false;
        }
    }

    // Bidirectional controls can make a name look like another name ("gpj.exe"). Separators break log lines.
    private static bool IsFormatting(char c) => c is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029';
}
