using System.Globalization;
using System.Text;

namespace ImageStorage.FileSystem.Naming;

/// <summary>
/// Encodes text as file names and decodes it: reversible, legal on Windows, macOS and Linux, and distinct on file
/// systems that ignore case or normalise Unicode. ASCII letters, digits and a few signs are unchanged, upper-case
/// letters are stored in lower case with a <see cref="CaseMask"/>, and every other character is <c>%</c> and two
/// hexadecimal digits for each UTF-8 byte.
/// </summary>
internal static class NameCodec
{
    private const string PlainSigns = "-_@=,()[] ";
    private static readonly string[] DeviceNames = ["con", "prn", "aux", "nul", "clock$", "conin$", "conout$"];

    /// <summary>Appends the encoded form of one character (or of one surrogate pair).</summary>
    /// <param name="target">The name to append to.</param>
    /// <param name="rune">The character.</param>
    /// <param name="escape">Whether to escape a character that could be unchanged.</param>
    /// <param name="mask">Receives the case of unescaped letters.</param>
    public static void Append(StringBuilder target, Rune rune, bool escape, ref CaseMask mask)
    {
        if (!escape && rune.IsAscii)
        {
            var c = (char)rune.Value;
            if (char.IsAsciiLetter(c))
            {
                mask.Add(char.IsAsciiLetterUpper(c));
                target.Append(char.ToLowerInvariant(c));
                return;
            }

            if (char.IsAsciiDigit(c) || c == '.' || PlainSigns.Contains(c, StringComparison.Ordinal))
            {
                target.Append(c);
                return;
            }
        }

        Span<byte> utf8 = stackalloc byte[4];
        foreach (var b in utf8[..rune.EncodeToUtf8(utf8)])
        {
            target.Append('%').Append(CultureInfo.InvariantCulture, $"{b:x2}");
        }
    }

    /// <summary>
    /// Returns <see langword="true"/> if the text is a Windows device name (with or without an extension, in any case),
    /// so that its first character must be escaped.
    /// </summary>
    public static bool IsDeviceName(ReadOnlySpan<char> text)
    {
        var dot = text.IndexOf('.');
        var stem = (dot < 0 ? text : text[..dot]).TrimEnd(' ');
        if (stem.Length == 4 && (stem.StartsWith("com", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("lpt", StringComparison.OrdinalIgnoreCase)) && char.IsAsciiDigit(stem[3]))
        {
            return true;
        }

        foreach (var name in DeviceNames)
        {
            if (stem.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Decodes a name. Returns <see langword="false"/> if no text has this name.</summary>
    /// <param name="name">The name without its mask.</param>
    /// <param name="mask">The case of its letters.</param>
    /// <param name="text">The decoded text.</param>
    public static bool TryDecode(ReadOnlySpan<char> name, CaseMask mask, out string text)
    {
        text = string.Empty;
        Span<byte> utf8 = name.Length <= 1024 ? stackalloc byte[name.Length] : new byte[name.Length];
        var length = 0;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            switch (c)
            {
                case >= 'a' and <= 'z':
                    utf8[length++] = (byte)(mask.Next() ? char.ToUpperInvariant(c) : c);
                    break;
                case '%' when i + 2 < name.Length && IsHex(name[i + 1]) && IsHex(name[i + 2]):
                    utf8[length++] = byte.Parse(name.Slice(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                    i += 2;
                    break;
                case '+' or '%' or > '~' or < ' ':
                    return false;
                default:
                    utf8[length++] = (byte)c;
                    break;
            }
        }

        try
        {
            text = StrictUtf8.GetString(utf8[..length]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private static bool IsHex(char c) => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f';
}
