using System.Collections.Immutable;
using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage;

/// <summary>Reads and writes a value type as one JSON text, also as the name of a property.</summary>
/// <typeparam name="T">The type.</typeparam>
public abstract class TextJsonConverter<T> : JsonConverter<T>
    where T : struct
{
    private protected TextJsonConverter()
    {
    }

    /// <inheritdoc/>
    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? Parsed(reader.GetString()!)
            : throw new JsonException($"{typeof(T).Name} is a JSON text, not {reader.TokenType}.");

    /// <inheritdoc/>
    public sealed override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Parsed(reader.GetString()!);

    /// <inheritdoc/>
    public sealed override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStringValue(Format(value));
    }

    /// <inheritdoc/>
    public sealed override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WritePropertyName(Format(value));
    }

    private protected abstract T Parse(string text);

    private protected abstract string Format(T value);

    private T Parsed(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (Exception exception) when (exception is ImageValidationException or FormatException)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}

/// <summary>
/// Reads and writes an <see cref="ImageKey"/> as JSON text. <c>default(ImageKey)</c>, which names no image, cannot be
/// written.
/// </summary>
public sealed class ImageKeyJsonConverter : TextJsonConverter<ImageKey>
{
    private protected override ImageKey Parse(string text) => new(text);

    private protected override string Format(ImageKey value) => value.Value;
}

/// <summary>Converts an <see cref="ImageKey"/> from and to text, for model binding and configuration binding.</summary>
public sealed class ImageKeyTypeConverter : TypeConverter
{
    /// <inheritdoc/>
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string) || base.CanConvertFrom(context, sourceType);

    /// <inheritdoc/>
    public override object? ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => value is string text ? new ImageKey(text) : base.ConvertFrom(context, culture, value);

    /// <inheritdoc/>
    public override object? ConvertTo(ITypeDescriptorContext? context, CultureInfo? culture, object? value, Type destinationType) =>
        value is ImageKey key && destinationType == typeof(string) ? key.ToString() : base.ConvertTo(context, culture, value, destinationType);
}

/// <summary>
/// Reads and writes an <see cref="ImageETag"/> as JSON text, which is empty for <c>default(ImageETag)</c>.
/// </summary>
public sealed class ImageETagJsonConverter : TextJsonConverter<ImageETag>
{
    private protected override ImageETag Parse(string text) => text.Length == 0 ? default : new ImageETag(text);

    private protected override string Format(ImageETag value) => value.Value;
}

/// <summary>
/// Reads and writes metadata as a JSON object of texts; metadata that was read is in ordinal order, as the library
/// keeps it.
/// </summary>
public sealed class MetadataJsonConverter : JsonConverter<ImmutableSortedDictionary<string, string>>
{
    /// <inheritdoc/>
    public override ImmutableSortedDictionary<string, string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException($"Metadata must be a JSON object, not {reader.TokenType}.");
        }

        var metadata = MetadataDictionary.Empty.ToBuilder();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            metadata[name] = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException($"A metadata value must be a JSON text, not {reader.TokenType}.");
        }

        return metadata.ToImmutable();
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, string> value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        foreach (var (name, text) in value)
        {
            writer.WriteString(name, text);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Reads and writes a <see cref="Sha256Digest"/> as JSON text of 64 hexadecimal digits.</summary>
public sealed class Sha256DigestJsonConverter : TextJsonConverter<Sha256Digest>
{
    private protected override Sha256Digest Parse(string text) =>
        Sha256Digest.TryParse(text, out var digest) ? digest : throw new FormatException("A SHA-256 digest is 64 hexadecimal digits.");

    private protected override string Format(Sha256Digest value) => value.ToString();
}

/// <summary>
/// Reads and writes an XXH128 hash as JSON text of 32 hexadecimal digits: as a JSON number, most readers would round
/// it.
/// </summary>
public sealed class XxHash128JsonConverter : TextJsonConverter<UInt128>
{
    private const int Digits = 32;

    private protected override UInt128 Parse(string text) =>
        text.Length == Digits && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hash)
            ? hash
            : throw new FormatException("An XXH128 hash is 32 hexadecimal digits.");

    private protected override string Format(UInt128 value) => value.ToString("x32", CultureInfo.InvariantCulture);
}
