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
