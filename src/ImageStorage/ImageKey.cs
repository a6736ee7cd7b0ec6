using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// The name of an image in a store, such as <c>users/42/avatar.jpg</c>. A key is validated when it is created, and
/// never changed. The exception for an invalid text names the rule.
/// </summary>
/// <remarks>
/// Rules: 1 to 512 UTF-8 bytes in Unicode normalization form C; segments separated by <c>/</c>, none of them empty,
/// <c>.</c> or <c>..</c>; no <c>\</c>, no control, bidirectional-formatting or non-characters, no lone surrogates, no
/// drive letter at the start; the first segment is not <c>.imagestorage</c>, which is reserved.
/// Keys are ordinal: <c>Cat.jpg</c> and <c>cat.jpg</c> are two images on every provider.
/// </remarks>
[JsonConverter(typeof(ImageKeyJsonConverter))]
[TypeConverter(typeof(ImageKeyTypeConverter))]
public readonly struct ImageKey : IEquatable<ImageKey>, IComparable<ImageKey>, ISpanParsable<ImageKey>
{
    /// <summary>The maximum number of UTF-8 bytes of a key.</summary>
    public const int MaxBytes = 512;

    private readonly string? _value;

    /// <summary>Creates a key from text.</summary>
    /// <exception cref="ImageValidationException">The text breaks a rule of keys; the message names the
    /// rule.</exception>
    public ImageKey(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (KeyRules.Violation(value) is { } rule)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidKey, $"The image key {KeyRules.Describe(value)} is not valid: {rule}.");
        }

        _value = value;
    }

    // The second parameter only distinguishes this constructor: the text is already validated.
    private ImageKey(string value, bool _) => _value = value;

    /// <summary>Gets the text of the key.</summary>
    /// <exception cref="ImageValidationException">The value is <c>default(ImageKey)</c>, which names no
    /// image.</exception>
    public string Value => _value ?? throw new ImageValidationException(ImageValidationKind.InvalidKey, "The image key is default(ImageKey), which names no image: create a key with new ImageKey(\"…\") or ImageKey.New().");

    /// <summary>
    /// Returns a new key that sorts by its creation time (UUID version 7, RFC 9562, as 32 hexadecimal digits).
    /// </summary>
    public static ImageKey New() => new(Guid.CreateVersion7().ToString("N"), true);

    /// <summary>
    /// Returns a new time-ordered key under a folder: <c>ImageKey.New("users/42")</c> returns <c>users/42/0197…</c>.
    /// </summary>
    /// <exception cref="ImageValidationException">The folder is not valid as the first part of a key.</exception>
    public static ImageKey New(string folder) => new($"{folder}/{Guid.CreateVersion7():N}");

    /// <summary>Creates a key from text, like the constructor.</summary>
    public static ImageKey Parse(string s, IFormatProvider? provider = null) => new(s);

    /// <summary>Creates a key from text, like the constructor.</summary>
    public static ImageKey Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => new(s.ToString());

    /// <summary>Creates a key if the text is valid; otherwise returns <see langword="false"/>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out ImageKey result) => TryParse(s, null, out result);

    /// <inheritdoc cref="TryParse(string?, out ImageKey)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImageKey result)
    {
        if (s is null || KeyRules.Violation(s) is not null)
        {
            result = default;
            return false;
        }

        result = new ImageKey(s, true);
        return true;
    }

    /// <inheritdoc cref="TryParse(string?, out ImageKey)"/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out ImageKey result) => TryParse(s.ToString(), provider, out result);

    /// <summary>Converts text to a key, as in <c>storage.GetAsync("users/42/avatar.jpg")</c>.</summary>
    /// <exception cref="ImageValidationException">The text breaks a rule of keys.</exception>
    public static implicit operator ImageKey(string value) => new(value);

    /// <inheritdoc/>
    public bool Equals(ImageKey other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>
    /// Compares keys in ordinal order (UTF-16 code units), the order of <see cref="ImageOrder.KeyAscending"/>.
    /// </summary>
    public int CompareTo(ImageKey other) => string.CompareOrdinal(_value, other._value);

    /// <summary>Returns the text of the key; empty for <c>default(ImageKey)</c>.</summary>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>Returns whether two keys are equal, ordinal.</summary>
    public static bool operator ==(ImageKey left, ImageKey right) => left.Equals(right);

    /// <summary>Returns whether two keys differ, ordinal.</summary>
    public static bool operator !=(ImageKey left, ImageKey right) => !left.Equals(right);

    /// <summary>Compares two keys in ordinal order.</summary>
    public static bool operator <(ImageKey left, ImageKey right) => left.CompareTo(right) < 0;

    /// <summary>Compares two keys in ordinal order.</summary>
    public static bool operator <=(ImageKey left, ImageKey right) => left.CompareTo(right) <= 0;

    /// <summary>Compares two keys in ordinal order.</summary>
    public static bool operator >(ImageKey left, ImageKey right) => left.CompareTo(right) > 0;

    /// <summary>Compares two keys in ordinal order.</summary>
    public static bool operator >=(ImageKey left, ImageKey right) => left.CompareTo(right) >= 0;
}
