using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace ImageStorage.AspNetCore.Endpoints;

/// <summary>
/// Reads the header <c>Range</c> (RFC 9110, section 14.2). A header with another unit, several ranges or an invalid range is
/// ignored, as the RFC allows: the response has all bytes.
/// </summary>
internal static class RangeHeader
{
    private const string Unit = "bytes=";

    /// <summary>Returns the single range of a request; null if all bytes are to be sent.</summary>
    public static ByteRange? Read(StringValues header)
    {
        if (header.Count != 1 || header[0] is not { } text || !text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var range = text.AsSpan(Unit.Length).Trim(" \t");
        var dash = range.IndexOf('-');
        if (dash < 0)
        {
            return null;
        }

        var first = range[..dash];
        var last = range[(dash + 1)..];
        if (first.IsEmpty)
        {
            return TryRead(last, out var suffix) ? ByteRange.Last(suffix) : null;
        }

        if (!TryRead(first, out var start))
        {
            return null;
        }

        if (last.IsEmpty)
        {
            return new ByteRange(start);
        }

        return TryRead(last, out var end) && end >= start ? new ByteRange(start, end - start == long.MaxValue ? null : end - start + 1) : null;
    }

    // A number over the maximum is beyond the end of every image.
    private static bool TryRead(ReadOnlySpan<char> text, out long number)
    {
        number = long.MaxValue;
        return !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9')
            && (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) || (number = long.MaxValue) > 0);
    }
}
