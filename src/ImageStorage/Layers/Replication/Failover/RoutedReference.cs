using System.Globalization;

namespace ImageStorage.Failover;

/// <summary>
/// Says in the primary's record of an image that its bytes are on a fallback, because they are too many for the primary: as the last encoding that
/// was applied, with no stored byte, so every provider that keeps <see cref="ImageInfo.Encoding"/> can hold such a record.
/// </summary>
/// <param name="Id">32 hexadecimal digits, new for each save and never used again.</param>
/// <param name="Length">How many bytes are stored there.</param>
internal readonly record struct RoutedReference(string Id, long Length)
{
    public const string Prefix = "failover-routed/";
    private const string Mark = "routed:";
    private const int IdLength = 32;

    /// <summary>Where a fallback keeps the bytes; never overwritten.</summary>
    public ImageKey Key => $"{Prefix}{Id}";

    public static string NewId() => Guid.CreateVersion7().ToString("N");

    /// <summary>The reference in a record, or null when the primary holds the bytes itself.</summary>
    public static RoutedReference? In(ImageInfo? info) => In(info?.Encoding);

    /// <summary>The reference in the encoding of a record, or null when the primary holds the bytes itself.</summary>
    public static RoutedReference? In(ImageEncoding? encoding)
    {
        if (encoding is null)
        {
            return null;
        }

        var last = encoding.Name.AsSpan(encoding.Name.LastIndexOf('+') + 1);
        return last.StartsWith(Mark, StringComparison.Ordinal) && last.Length > Mark.Length + IdLength && last[Mark.Length + IdLength] == ':'
            && long.TryParse(last[(Mark.Length + IdLength + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new RoutedReference(last.Slice(Mark.Length, IdLength).ToString(), length)
            : null;
    }

    /// <summary>The encoding to store in the record.</summary>
    /// <param name="inner">What layers did to the bytes before.</param>
    /// <param name="imageLength">The length of the image itself.</param>
    public ImageEncoding AddTo(ImageEncoding? inner, long imageLength) => new(
        string.Create(CultureInfo.InvariantCulture, $"{inner?.Name}{(inner is null ? string.Empty : "+")}{Mark}{Id}:{Length}"),
        StoredLength: 0,
        inner?.OriginalLength ?? imageLength);

    /// <summary>The record as callers know it: without the reference.</summary>
    public static ImageInfo Strip(ImageInfo info)
    {
        if (In(info) is not { } reference)
        {
            return info;
        }

        var plus = info.Encoding!.Name.LastIndexOf('+');
        return info with { Encoding = plus < 0 ? null : new ImageEncoding(info.Encoding.Name[..plus], reference.Length, info.Encoding.OriginalLength) };
    }
}
