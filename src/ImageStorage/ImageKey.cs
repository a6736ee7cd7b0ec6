using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>
/// The name of an image inside a store, such as <c>users/42/avatar.jpg</c>. A key is checked once, when it is made,
/// and never altered: what breaks a rule is refused with the rule named.
/// </summary>
/// <remarks>
/// Rules: 1 to 512 UTF-8 bytes in Unicode normalization form C; segments separated by <c>/</c>, none of them empty,
/// <c>.</c> or <c>..</c>; no <c>\</c>, no control, bidirectional-formatting or non-characters, no lone surrogates, no
/// drive letter in front; the first segment is not <c>.imagestorage</c>, which the library keeps for itself.
/// Keys are ordinal: <c>Cat.jpg</c> and <c>cat.jpg</c> are two images on every provider.
/// </remarks>
[JsonConverter(typeof(ImageKeyJsonConverter))]
[TypeConverter(typeof(ImageKeyTypeConverter))]
public readonly struct ImageKey : IEquatable<ImageKey>, IComparable<ImageKey>, ISpanParsable<ImageKey>
{
    /// <summary>The most UTF-8 bytes that a key may have.</summary>
    public const int MaxBytes = 512;

    private readonly string? _value;

    /// <summary>Makes a key from text.</summary>
    /// <exception cref="ImageValidationException">The text breaks a rule of keys; the message names the rule.</exception>
    public ImageKey(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (KeyRules.Violation(value) is { } rule)
        {
            throw new ImageValidationException(ImageValidationKind.InvalidKey, $"The image key {KeyRules.Describe(value)} is not valid: {rule}.");
        }

        _value = value;
    }

    // The second parameter only tells this constructor apart: the text has been checked already.
    private ImageKey(string value, bool _) => _value = value;

    /// <summary>The key as text.</summary>
    /// <exception cref="ImageValidationException">This is <c>default(ImageKey)</c>, which names nothing.</exception>
    public string Value => _value ?? throw new ImageValidationException(ImageValidationKind.InvalidKey, "The image key is default(ImageKey), which names no image: make one with new ImageKey(\"…\") or ImageKey.New().");

    /// <summary>A new key that sorts by the time it was made (UUID version 7, RFC 9562, as 32 hexadecimal digits).</summary>
    public static ImageKey New() => new(Guid.CreateVersion7().ToString("N"), true);

    /// <summary>A new time-ordered key under a folder: <c>ImageKey.New("users/42")</c> gives <c>users/42/0197…</c>.</summary>
    /// <exception cref="ImageValidationException">The folder is not valid as the front of a key.</exception>
    public static ImageKey New(string folder) => new($"{folder}/{Guid.CreateVersion7():N}");

    /// <summary>Makes a key from text, as the constructor does.</summary>
    public static ImageKey Parse(string s, IFormatProvider? provider = null) => new(s);

    /// <summary>Makes a key from text, as the constructor does.</summary>
    public static ImageKey Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => new(s.ToString());

    /// <summary>Makes a key when the text keeps the rules, else answers <see langword="false"/>.</summary>
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

    /// <summary>Makes a key from text, so that <c>storage.GetAsync("users/42/avatar.jpg")</c> reads well.</summary>
    /// <exception cref="ImageValidationException">The text breaks a rule of keys.</exception>
    public static implicit operator ImageKey(string value) => new(value);

    /// <inheritdoc/>
    public bool Equals(ImageKey other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ImageKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _value is null ? 0 : string.GetHashCode(_value, StringComparison.Ordinal);

    /// <summary>Ordinal order (UTF-16 code units), which is the order of <see cref="ImageOrder.KeyAscending"/>.</summary>
    public int CompareTo(ImageKey other) => string.CompareOrdinal(_value, other._value);

    /// <summary>The key as text; empty for <c>default(ImageKey)</c>.</summary>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>Ordinal equality.</summary>
    public static bool operator ==(ImageKey left, ImageKey right) => left.Equals(right);

    /// <summary>Ordinal inequality.</summary>
    public static bool operator !=(ImageKey left, ImageKey right) => !left.Equals(right);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(ImageKey left, ImageKey right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(ImageKey left, ImageKey right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(ImageKey left, ImageKey right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(ImageKey left, ImageKey right) => left.CompareTo(right) >= 0;
}
