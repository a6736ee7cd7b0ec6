using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ImageStorage.Hybrid;

/// <summary>
/// Refers from a record to content in the content store. The reference is the last encoding of the record, with no
/// stored bytes, so every provider that stores <see cref="ImageInfo.Encoding"/> can hold such a record.
/// </summary>
/// <param name="Id">32 hexadecimal digits, new for each save and never reused.</param>
/// <param name="Length">The number of bytes in the content store.</param>
internal readonly record struct ContentReference(string Id, long Length)
{
    public const string Prefix = "hybrid-content/";
    private const string Marker = StoredEncoding.ExternalMark;
    private const int IdLength = 32;

    // The first digits of the id are a period of 4.7 hours. Content of the same period shares a folder, and so flushes.
    private const int FolderLength = 6;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("0123456789abcdef");

    /// <summary>Gets the key in the content store.</summary>
    public ImageKey Key => KeyOf(Id);

    public static string NewId() => Guid.CreateVersion7().ToString("N");

    public static ImageKey KeyOf(string id) => $"{Prefix}{id.AsSpan(0, FolderLength)}/{id}";

    /// <summary>Parses a key of the content store.</summary>
    /// <returns><see langword="false"/> if the key was not created by a hybrid store.</returns>
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

    /// <summary>Returns the reference in a record, or <see langword="null"/> if the catalog holds the bytes.</summary>
    public static ContentReference? In(ImageEncoding? encoding) => In(encoding?.Name);

    /// <summary>Returns the reference in the name of an encoding, or <see langword="null"/>.</summary>
    public static ContentReference? In(string? encoding)
    {
        if (encoding is null)
        {
            return null;
        }

        var last = encoding.AsSpan(encoding.LastIndexOf('+') + 1);
        return last.StartsWith(Marker, StringComparison.Ordinal) && last.Length > Marker.Length + IdLength && last[Marker.Length + IdLength] == ':'
            && IsId(last.Slice(Marker.Length, IdLength))
            && long.TryParse(last[(Marker.Length + IdLength + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? new ContentReference(last.Slice(Marker.Length, IdLength).ToString(), length)
            : null;
    }

    /// <summary>Returns the name of the encoding to store in the record.</summary>
    /// <param name="inner">The encodings that layers applied before.</param>
    public string AddTo(string? inner) => string.Create(CultureInfo.InvariantCulture, $"{inner}{(inner is null ? string.Empty : "+")}{Marker}{Id}:{Length}");

    /// <summary>Returns the record without the reference, as callers see it.</summary>
    public static ImageInfo Strip(ImageInfo info)
    {
        if (In(info.Encoding) is not { } reference)
        {
            return info;
        }

        var name = info.Encoding!.Name;
        var plus = name.LastIndexOf('+');
        return info with { Encoding = plus < 0 ? null : info.Encoding with { Name = name[..plus], StoredLength = reference.Length } };
    }

    private static bool IsId(ReadOnlySpan<char> text) => text.Length == IdLength && !text.ContainsAnyExcept(IdCharacters);
}
