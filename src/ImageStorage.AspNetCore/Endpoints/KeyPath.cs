using System.Buffers;
using System.Globalization;
using System.Text;
using ImageStorage.AspNetCore.Problems;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>
/// Reads the key of an image from the raw target of a request. The server's decoded path does not distinguish
/// <c>%2F</c> from <c>%252F</c>, so the raw target is decoded here, once.
/// </summary>
/// <remarks>
/// Encoded separators are refused, so decoding the path as a whole is decoding each segment. The result must be the end of
/// the path that routing, and with it authorization, has seen: a target that both read differently is refused.
/// </remarks>
internal static class KeyPath
{
    private const int StackLimit = 1024;
    private static readonly SearchValues<char> Unreserved = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the text of the key; empty if the path ends before the key.</summary>
    /// <param name="rawTarget">The target as the client sent it.</param>
    /// <param name="routedPath">The path that routing has matched, decoded, without the path base.</param>
    /// <param name="prefixSegments">The number of segments before the key in the routed path.</param>
    /// <exception cref="RequestRefusedException">The path does not name an image.</exception>
    public static string Read(string rawTarget, ReadOnlySpan<char> routedPath, int prefixSegments)
    {
        var raw = PathOf(rawTarget);
        var path = raw.Contains('%') ? Decode(raw) : raw.ToString();
        RefuseDotSegments(path);

        // A proxy may have added or removed segments in front, as a path base.
        var slashes = path.AsSpan().Count('/') - routedPath.Count('/') + prefixSegments + 1;
        var key = path.AsSpan();
        for (; slashes > 0; slashes--)
        {
            var slash = key.IndexOf('/');
            if (slash < 0)
            {
                return string.Empty;
            }

            key = key[(slash + 1)..];
        }

        return key.IsEmpty || (routedPath.EndsWith(key, StringComparison.Ordinal) && routedPath[..^key.Length].EndsWith('/'))
            ? key.ToString()
            : throw Refused("has another form than the path that the application uses, so a part of the application has rewritten it");
    }

    /// <summary>Returns a key as the end of a path, which <see cref="Read"/> reads as the same key.</summary>
    public static string Encode(ImageKey key) =>
        key.Value.AsSpan().IndexOfAnyExcept(Unreserved) < 0 ? key.Value : string.Join('/', key.Value.Split('/').Select(Uri.EscapeDataString));

    // The target of a request to a proxy is an absolute URI (RFC 9112, section 3.2.2).
    private static ReadOnlySpan<char> PathOf(string rawTarget)
    {
        var target = rawTarget.AsSpan();
        var query = target.IndexOf('?');
        target = query < 0 ? target : target[..query];
        if (!target.StartsWith('/'))
        {
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var path = authority < 0 ? -1 : target[(authority + 3)..].IndexOf('/');
            target = path < 0 ? throw Refused("has no path") : target[(authority + 3 + path)..];
        }

        return target;
    }

    private static string Decode(ReadOnlySpan<char> raw)
    {
        byte[]? rented = null;
        var bytes = raw.Length <= StackLimit ? stackalloc byte[StackLimit] : (rented = ArrayPool<byte>.Shared.Rent(raw.Length));
        try
        {
            var length = 0;
            for (var i = 0; i < raw.Length; i++)
            {
                bytes[length++] = raw[i] == '%' ? DecodeByte(raw, ref i) : raw[i] < 0x80 ? (byte)raw[i] : throw Refused("has a character that is not ASCII: encode the character as UTF-8 with percent signs");
            }

            return StrictUtf8.GetString(bytes[..length]);
        }
        catch (DecoderFallbackException)
        {
            throw Refused("is not valid UTF-8 after its percent signs are decoded");
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private static byte DecodeByte(ReadOnlySpan<char> raw, ref int index)
    {
        if (index + 2 >= raw.Length || !char.IsAsciiHexDigit(raw[index + 1]) || !char.IsAsciiHexDigit(raw[index + 2]))
        {
            throw Refused("has a percent sign without two hexadecimal digits: write %25 for a percent sign");
        }

        var value = byte.Parse(raw.Slice(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        index += 2;
        return value is (byte)'/' or (byte)'\\' or 0 ? throw Refused("has an encoded slash, backslash or NUL, which no key contains in a segment") : value;
    }

    private static void RefuseDotSegments(ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('/'))
        {
            if (path[range] is "." or "..")
            {
                throw Refused("has a segment '.' or '..'");
            }
        }
    }

    private static RequestRefusedException Refused(string reason) => new(ProblemType.InvalidPath, $"The path {reason}.");
}
