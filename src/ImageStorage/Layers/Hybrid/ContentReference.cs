using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ImageStorage.Hybrid;

/// <summary>
/// Where the bytes of an image are that the catalog does not hold. It stands in the record as the last encoding that was
/// applied, with no stored byte, so every provider that keeps <see cref="ImageInfo.Encoding"/> can hold such a record.
/// </summary>
/// <param name="Id">32 hexadecimal digits, new for each save and never used again.</param>
/// <param name="Length">How many bytes are stored there.</param>
internal readonly record struct ContentReference(string Id, long Length)
{
    public const string Prefix = "hybrid-content/";
    private const string Mark = StoredEncoding.ExternalMark;
    private const int IdLength = 32;

    // The first digits of the id are its time: a folder for 4.7 hours. Neighbours in time share a folder, and so its flushes.
    private const int FolderLength = 6;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdef");

    /// <summary>The key in the content store.</summary>
    public ImageKey Key => KeyOf(Id);

    public static string NewId() => Guid.CreateVersion7().ToString("N");

    public static ImageKey KeyOf(string id) => $"{Prefix}{id.AsSpan(0, FolderLength)}/{id}";

    /// <summary>The id that a key of the content store stands for; false when it is none that was given here.</summary>
    public static bool TryParseKey(string key, [NotNullWhen(true)] out string? id)
    {
        id = null;
        var slash = key.LastIndexOf('/');
        if (!key.StartsWith(Prefix, StringComparison.Ordinal) || !IsId(key.AsSpan(slash + 1)) || KeyOf(key[(slash + 1)..]).Value != key)
        {
            return false;
        }

        id = key[(slash + 1)..];
        return true;
    }

    /// <summary>The reference in a record, or null when the catalog holds the bytes itself.</summary>
    public static ContentReference? In(ImageEncoding? encoding)
    {
        if (encoding is null)
        {
            return null;
        }

        var last = encoding.Name.AsSpan(encoding.Name.LastIndexOf('+') + 1);
        return last.StartsWith(Mark, StringComparison.Ordinal) && last.Length > Mark.Length + IdLength && last[Mark.Length + IdLength] == ':'
            && IsId(last.Slice(Mark.Length, IdLength))
            && long.TryParse(last[(Mark.Length + IdLength + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new ContentReference(last.Slice(Mark.Length, IdLength).ToString(), length)
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
        if (In(info.Encoding) is not { } reference)
        {
            return info;
        }

        var name = info.Encoding!.Name;
        var plus = name.LastIndexOf('+');
        return info with { Encoding = plus < 0 ? null : new ImageEncoding(name[..plus], reference.Length, info.Encoding.OriginalLength) };
    }

    private static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && !text.ContainsAnyExcept(IdCharacters);
}
