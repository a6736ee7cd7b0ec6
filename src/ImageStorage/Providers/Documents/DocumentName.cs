using System.Text.Json.Serialization;

namespace ImageStorage.Providers;

/// <summary>
/// The name of a document: a collection, <c>/</c>, and a name in the collection. Lower-case letters, digits, <c>-</c>,
/// <c>_</c> and, inside a segment, <c>.</c>; segments are separated by <c>/</c>. Every provider orders names alike, and
/// no provider merges two names.
/// </summary>
[JsonConverter(typeof(DocumentNameJsonConverter))]
public readonly record struct DocumentName
{
    /// <summary>The maximum number of characters of a name, including the collection.</summary>
    public const int MaxLength = 128;

    private readonly string? _value;

    /// <summary>Creates a name from text such as <c>history/0197b2c4-1</c>.</summary>
    /// <exception cref="ImageValidationException">The text breaks a rule of names.</exception>
    public DocumentName(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (Violation(value) is { } rule)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidDocument, $"The document name '{value}' is not valid: {rule}.");
        }

        _value = value;
    }

    /// <summary>Gets the name.</summary>
    /// <exception cref="ImageValidationException">The value is <c>default(DocumentName)</c>.</exception>
    public string Value => _value ?? throw new ImageValidationException(ImageValidationKind.InvalidDocument, "The document name is default(DocumentName), which names no document.");

    /// <summary>Gets the part before the first <c>/</c>.</summary>
    public string Collection => Value[..Value.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>Converts text to a name.</summary>
    public static implicit operator DocumentName(string value) => new(value);

    /// <summary>Creates a name from text, like the constructor.</summary>
    public static DocumentName FromString(string value) => new(value);

    /// <summary>Compares names in ordinal order.</summary>
    public int CompareTo(DocumentName other) => string.CompareOrdinal(_value, other._value);

    /// <summary>Gets a comparer for ordinal order.</summary>
    public static IComparer<DocumentName> OrdinalComparer { get; } = Comparer<DocumentName>.Create((x, y) => x.CompareTo(y));

    /// <inheritdoc/>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>Validates the prefix of a listing: a collection, <c>/</c>, and the beginning of a name.</summary>
    /// <exception cref="ImageValidationException">No name can begin with this text.</exception>
    public static void ValidatePrefix(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);

        // A prefix is valid if a name begins with the prefix: the shortest such name is a character longer, or the
        // prefix itself.
        if (Violation(prefix.Length == MaxLength ? prefix : prefix + "0") is { } rule)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidDocument, $"The document prefix '{prefix}' is not valid: {rule}. A prefix begins with a collection and '/'.");
        }
    }

    /// <summary>Returns whether a text is a valid name of a collection.</summary>
    /// <param name="text">The text, without <c>/</c>.</param>
    public static bool IsCollection(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return !text.Contains('/', StringComparison.Ordinal) && Violation(text + "/0") is null;
    }

    private static string? Violation(string value)
    {
        if (value.Length == 0 || value.Length > MaxLength)
        {
            return $"a name has 1 to {MaxLength} characters";
        }

        var inCollection = true;
        var segmentLength = 0;
        var previous = '/';
        foreach (var c in value)
        {
            if (c == '/')
            {
                if (segmentLength == 0)
                {
                    return "segments must not be empty";
                }

                if (previous == '.')
                {
                    return "segments must not end with '.'";
                }

                segmentLength = 0;
                inCollection = false;
                previous = c;
                continue;
            }

            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_') && (c != '.' || segmentLength == 0))
            {
                return "only a-z, 0-9, '-', '_' and, inside a segment, '.' are allowed";
            }

            segmentLength++;
            previous = c;
        }

        return previous == '.' ? "segments must not end with '.'" : segmentLength == 0 ? "segments must not be empty" : inCollection ? "a name needs a collection: collection/name" : null;
    }
}
