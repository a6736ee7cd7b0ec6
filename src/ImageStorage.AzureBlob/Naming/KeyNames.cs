using System.Text;

namespace ImageStorage.AzureBlob.Naming;

/// <summary>
/// Encodes keys as names of blobs. Names are ASCII, distinct for distinct keys, and in the same ordinal order, so that
/// a listing of blobs is a listing by key. Names contain nothing that a client or the service normalizes.
/// </summary>
/// <remarks>
/// Printable ASCII up to <c>z</c> is unchanged, with two exceptions. A dot before the end, or before a character up to
/// <c>/</c>, is <c>.-</c>, so that no segment ends with a dot (the service removes such dots). After 100 slashes, a
/// slash is <c>.~~</c>, because a name may have 254 segments. All other characters are a lead and digits in an alphabet
/// of 64; the leads <c>{ | } ~</c> keep the order of UTF-16, in which surrogates are below U+E000.
/// </remarks>
internal static class KeyNames
{
    private const string Digits = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
    private const string DeepSlash = ".~~";
    private const int MaxPlainSlashes = 100;

    /// <summary>Returns the name of a key.</summary>
    public static string Encode(string key) => Append(new StringBuilder(key.Length + 16), key, prefix: false).ToString();

    /// <summary>
    /// Returns a prefix of the names of all keys with a prefix. Other names may have the same prefix.
    /// </summary>
    public static string EncodePrefix(string prefix)
    {
        // The encoding of a dot depends on the next character.
        var end = prefix.Length;
        while (end > 0 && prefix[end - 1] == '.')
        {
            end--;
        }

        return Append(new StringBuilder(end + 16), prefix[..end], prefix: true).ToString();
    }

    /// <summary>Decodes a name.</summary>
    /// <returns><see langword="false"/> when <see cref="Encode"/> never returns the name.</returns>
    public static bool TryDecode(string name, out ImageKey key)
    {
        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length;)
        {
            var used = DecodeOne(name.AsSpan(i), text);
            if (used == 0)
            {
                key = default;
                return false;
            }

            i += used;
        }

        return ImageKey.TryParse(text.ToString(), out key) && Encode(key.Value) == name;
    }

    private static StringBuilder Append(StringBuilder name, string text, bool prefix)
    {
        var slashes = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                case '.' when (i + 1 == text.Length && !prefix) || (i + 1 < text.Length && text[i + 1] <= '/'):
                    name.Append(".-");
                    break;
                case '/' when ++slashes > MaxPlainSlashes:
                    name.Append(DeepSlash);
                    break;
                case <= 'z':
                    name.Append(c);
                    break;
                case < '\u0800':
                    AppendDigits(name.Append('{'), c, 2);
                    break;
                case < '\uD800':
                    AppendDigits(name.Append('|'), c, 3);
                    break;
                case < '\uE000':
                    AppendDigits(name.Append('}'), c - 0xD800, 2);
                    break;
                default:
                    AppendDigits(name.Append('~'), c, 3);
                    break;
            }
        }

        return name;
    }

    private static void AppendDigits(StringBuilder name, int value, int count)
    {
        for (var shift = 6 * (count - 1); shift >= 0; shift -= 6)
        {
            name.Append(Digits[(value >> shift) & 63]);
        }
    }

    /// <summary>Decodes one character.</summary>
    /// <returns>The length of the character in the name; 0 when the name is invalid.</returns>
    private static int DecodeOne(ReadOnlySpan<char> name, StringBuilder text)
    {
        if (name.StartsWith(DeepSlash, StringComparison.Ordinal))
        {
            text.Append('/');
            return DeepSlash.Length;
        }

        if (name.StartsWith(".-", StringComparison.Ordinal))
        {
            text.Append('.');
            return 2;
        }

        var (count, offset) = name[0] switch
        {
            '{' => (2, 0),
            '|' or '~' => (3, 0),
            '}' => (2, 0xD800),
            _ => (0, 0),
        };
        if (name.Length <= count)
        {
            return 0;
        }

        var value = 0;
        foreach (var digit in name.Slice(1, count))
        {
            var index = Digits.IndexOf(digit, StringComparison.Ordinal);
            if (index < 0)
            {
                return 0;
            }

            value = (value << 6) | index;
        }

        text.Append(count == 0 ? name[0] : (char)(value + offset));
        return 1 + count;
    }
}
