using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// Identifies a version of an image. The ETag changes with every change of the bytes or the metadata, and never repeats
/// for the same key. The text is opaque: compare the ETag, store it, or pass it in <see cref="IfMatch"/>.
/// </summary>
[JsonConverter(typeof(ImageETagJsonConverter))]
public readonly record struct ImageETag
{
    private readonly string? _value;

    /// <summary>
    /// Creates an ETag from its text, without quotation marks: 1 to 128 printable ASCII characters except <c>"</c>.
    /// </summary>
    /// <exception cref="ImageValidationException">The text is empty, is too long or has other characters.</exception>
    public ImageETag(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0 || value.Length > 128 || value.AsSpan().ContainsAnyExceptInRange('!', '~') || value.Contains('"', StringComparison.Ordinal))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidETag, "An ETag has 1 to 128 printable ASCII characters without spaces and quotation marks: pass the ETag that a save or a read returned.");
        }

        _value = value;
    }

    /// <summary>Gets the text of the ETag, without quotation marks; empty for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
