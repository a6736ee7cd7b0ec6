using System.Collections.Immutable;
using System.Text;

namespace ImageStorage;

/// <summary>The rules of file names, metadata and tags.</summary>
internal static class TextRules
{
    private const int MaxNameLength = 128;
    private const int MaxFileNameLength = 255;

    /// <summary>
    /// Checks file name, metadata and tags, and the sum of their bytes against the limit. Returns immutable copies.
    /// </summary>
    public static (string? FileName, ImmutableSortedDictionary<string, string> Metadata, ImmutableArray<string> Tags) Check(
        ImageKey key, string? fileName, IReadOnlyDictionary<string, string>? metadata, IReadOnlyCollection<string>? tags, int maxBytes)
    {
        var bytes = fileName is null ? 0 : CheckFileName(key, fileName);
        var frozenMetadata = MetadataDictionary.Empty;
        if (metadata is { Count: > 0 })
        {
            bytes += CheckMetadata(key, metadata);
            frozenMetadata = frozenMetadata.AddRange(metadata);
        }

        ImmutableArray<string> frozenTags = [];
        if (tags is { Count: > 0 })
        {
            bytes += CheckTags(key, tags);
            frozenTags = [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }

        return bytes <= maxBytes
            ? (fileName, frozenMetadata, frozenTags)
            : throw Refused(key, $"file name, metadata and tags have {bytes} UTF-8 bytes together, more than the {maxBytes} that the provider accepts");
    }

    private static int CheckFileName(ImageKey key, string fileName)
    {
        if (fileName.Length is 0 or > MaxFileNameLength)
        {
            throw Refused(key, $"a file name has 1 to {MaxFileNameLength} characters");
        }

        if (fileName is "." or ".." || fileName.AsSpan().ContainsAny('/', '\\'))
        {
            throw Refused(key, "a file name must not be a path");
        }

        return CheckText(key, "a file name", fileName, lineBreaks: false);
    }

    private static int CheckMetadata(ImageKey key, IReadOnlyDictionary<string, string> metadata)
    {
        var bytes = 0;
        foreach (var (name, value) in metadata)
        {
            if (name.Length is 0 or > MaxNameLength)
            {
                throw Refused(key, $"a metadata name has 1 to {MaxNameLength} characters");
            }

            if (value is null)
            {
                throw Refused(key, $"the metadata value of {KeyRules.Describe(name)} is null");
            }

            bytes += CheckText(key, "a metadata name", name, lineBreaks: false) + CheckText(key, "a metadata value", value, lineBreaks: true);
        }

        return bytes;
    }

    private static int CheckTags(ImageKey key, IReadOnlyCollection<string> tags)
    {
        var bytes = 0;
        foreach (var tag in tags)
        {
            if (tag is null || tag.Length is 0 or > MaxNameLength)
            {
                throw Refused(key, $"a tag has 1 to {MaxNameLength} characters");
            }

            bytes += CheckText(key, "a tag", tag, lineBreaks: false);
        }

        return bytes;
    }

    private static int CheckText(ImageKey key, string what, string text, bool lineBreaks)
    {
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) && !(lineBreaks && (rune.Value is '\n' or '\r' or '\t')))
            {
                throw Refused(key, $"{what} must not contain control characters (U+{rune.Value:X4})");
            }

            bytes += rune.Utf8SequenceLength;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                throw Refused(key, $"{what} must not contain lone surrogates");
            }
        }

        return bytes;
    }

    private static ImageValidationException Refused(ImageKey key, string rule) => new(ImageValidationKind.InvalidMetadata, $"Image '{key}' was refused: {rule}.") { Key = key, Reason = rule };
}
