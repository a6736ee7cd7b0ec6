using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// The version of an image as its provider names it: it changes with every change of the bytes or of the metadata, and
/// is never used again for the same key. Compare it, keep it, hand it back in <see cref="IfMatch"/>; its text has no
/// meaning of its own.
/// </summary>
[JsonConverter(typeof(ImageETagJsonConverter))]
public readonly record struct ImageETag
{
    private readonly string? _value;

    /// <summary>Wraps the text of an ETag, without quotes: 1 to 128 printable ASCII characters, no <c>"</c>.</summary>
    /// <exception cref="ImageValidationException">The text is empty, too long or has other characters.</exception>
    public ImageETag(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0 || value.Length > 128 || value.AsSpan().ContainsAnyExceptInRange('!', '~') || value.Contains('"', StringComparison.Ordinal))
        {
            throw new ImageValidationException(ImageValidationKind.InvalidETag, "An ETag is 1 to 128 printable ASCII characters without spaces and quotes: pass on the one that a save or a read returned.");
        }

        _value = value;
    }

    /// <summary>The text of the ETag, without quotes; empty for <c>default</c>.</summary>
    public string Value => _value ?? string.Empty;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
