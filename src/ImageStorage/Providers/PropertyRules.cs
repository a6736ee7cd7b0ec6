using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace ImageStorage.Providers;

/// <summary>The rules of the properties that the library records about an image.</summary>
internal static class PropertyRules
{
    /// <summary>The maximum number of UTF-8 bytes of all names and values of an image together.</summary>
    public const int MaxBytes = 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static SearchValues<char> NameCharacters { get; } = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Checks the properties of an image.</summary>
    /// <exception cref="ImageValidationException">A name breaks a rule, or the properties are too long together.</exception>
    public static ImmutableSortedDictionary<string, string> Check(ImageKey key, ImmutableSortedDictionary<string, string> properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        foreach (var (name, _) in properties)
        {
            CheckName(key, name);
        }

        var bytes = LengthOf(key, properties);
        return bytes <= MaxBytes ? properties : throw TooLong(key, bytes);
    }

    /// <summary>
    /// Returns the properties after a change, in which null removes a property. Stored properties are not checked: a newer
    /// version of the library may have other rules.
    /// </summary>
    /// <exception cref="ImageValidationException">A name of the change breaks a rule, or the properties become too long together.</exception>
    public static ImmutableSortedDictionary<string, string> Apply(ImageKey key, ImmutableSortedDictionary<string, string> properties, IReadOnlyDictionary<string, string?> changes)
    {
        var changed = properties.ToBuilder();
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                changed.Remove(name);
            }
            else
            {
                CheckName(key, name);
                changed[name] = value;
            }
        }

        var result = changed.ToImmutable();
        var bytes = LengthOf(key, result);
        return bytes <= MaxBytes || bytes <= LengthOf(key, properties) ? result : throw TooLong(key, bytes);
    }

    private static void CheckName(ImageKey key, string name)
    {
        if (!IsName(name))
        {
            throw Refused(key, $"a property has a name such as 'feature.name', of lower-case letters, digits and '-', not {KeyRules.Describe(name)}{(name.Contains('.', StringComparison.Ordinal) ? string.Empty : ", which has no dot")}");
        }
    }

    private static int LengthOf(ImageKey key, ImmutableSortedDictionary<string, string> properties)
    {
        var bytes = 0;
        foreach (var (name, value) in properties)
        {
            bytes += Utf8.GetByteCount(name) + LengthOf(key, value);
        }

        return bytes;
    }

    private static int LengthOf(ImageKey key, string value)
    {
        try
        {
            return Utf8.GetByteCount(value);
        }
        catch (EncoderFallbackException)
        {
            throw Refused(key, "the value of a property must not contain lone surrogates");
        }
    }

    private static bool IsName(string name)
    {
        var parts = 0;
        foreach (var part in name.AsSpan().Split('.'))
        {
            var text = name.AsSpan(part);
            if (text.IsEmpty || text.ContainsAnyExcept(NameCharacters))
            {
                return false;
            }

            parts++;
        }

        return parts > 1;
    }

    private static ImageValidationException TooLong(ImageKey key, int bytes) =>
        Refused(key, $"its properties have {bytes} UTF-8 bytes together, more than the maximum of {MaxBytes}");

    private static ImageValidationException Refused(ImageKey key, string rule) =>
        new(ImageValidationKind.InvalidProperties, $"Image {(key == default ? string.Empty : $"'{key}' ")}was refused: {rule}.") { Key = key, Reason = rule };
}
