using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Transactions;

/// <summary>
/// Writes and reads journals as JSON. The properties <c>format</c> and <c>keys</c> keep their meaning in every later
/// format, so that an older process always knows the reserved images.
/// </summary>
internal static class JournalCodec
{
    private const int Format = 1;
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonEncodedText[] States = Names<TransactionState>();
    private static readonly JsonEncodedText[] Kinds = Names<JournalStepKind>();

    public static byte[] Write(JournalEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (entry.Steps.Length * 160));
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteStartArray("keys");
            foreach (var key in entry.Keys)
            {
                json.WriteStringValue(key.Value);
            }

            json.WriteEndArray();
            json.WriteString("state", States[(int)entry.State]);
            json.WriteString("owner", entry.Owner);
            json.WriteNumber("startedAt", entry.StartedAt.UtcTicks);
            Write(json, "reason", entry.Reason);
            json.WriteStartArray("steps");
            foreach (var step in entry.Steps)
            {
                Write(json, step);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a journal.</summary>
    /// <exception cref="StorageCorruptedException">The document is not a journal.</exception>
    /// <exception cref="StorageNotSupportedException">
    /// The journal was written by a newer version of the library.
    /// </exception>
    public static JournalEntry Read(string id, StoredDocument document) => Reading(document, root =>
    {
        if (root.GetProperty("format").GetInt32() is var format && format > Format)
        {
            throw new StorageNotSupportedException($"The journal of transaction {id} has format {format}; this version of the library supports formats up to {Format}. Recover the transaction with the newer version, or update the library.") { Reason = "it was written by a newer version of the library" };
        }

        return new JournalEntry
        {
            Id = id,
            Owner = root.GetProperty("owner").GetString()!,
            State = (TransactionState)IndexOf(States, root.GetProperty("state")),
            StartedAt = new DateTimeOffset(root.GetProperty("startedAt").GetInt64(), TimeSpan.Zero),
            Steps = [.. root.GetProperty("steps").EnumerateArray().Select(ReadStep)],
            Reason = Text(root, "reason"),
            ETag = document.ETag,
        };
    });

    /// <summary>Returns the images of a journal of any format.</summary>
    /// <exception cref="StorageCorruptedException">The document is not a journal.</exception>
    public static ImmutableArray<ImageKey> ReadKeys(StoredDocument document) => Reading(document, ReadKeys);

    /// <summary>
    /// Returns the state of a journal of any format; <see cref="TransactionState.Unreadable"/> if this version of the
    /// library does not know the state.
    /// </summary>
    /// <exception cref="StorageCorruptedException">The document is not a journal.</exception>
    public static TransactionState ReadState(StoredDocument document) => Reading(document, root =>
        Array.FindIndex(States, name => root.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String && state.ValueEquals(name.EncodedUtf8Bytes)) is var index and >= 0
            ? (TransactionState)index
            : TransactionState.Unreadable);

    private static ImmutableArray<ImageKey> ReadKeys(JsonElement root) => [.. root.GetProperty("keys").EnumerateArray().Select(key => new ImageKey(key.GetString()!))];

    private static T Reading<T>(StoredDocument document, Func<JsonElement, T> read)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            return read(json.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or ImageValidationException)
        {
            throw new StorageCorruptedException($"The journal '{document.Name}' of a transaction is damaged. Check the images of the transaction, then dismiss it.", exception) { Reason = "it is damaged" };
        }
    }

    private static void Write(Utf8JsonWriter json, JournalStep step)
    {
        json.WriteStartObject();
        json.WriteNumber("index", step.Index);
        json.WriteString("kind", Kinds[(int)step.Kind]);
        Write(json, "key", step.Key?.Value);
        Write(json, "source", step.Source?.Value);
        Write(json, "before", step.Before?.Value);
        Write(json, "planned", step.Planned?.Value);
        Write(json, "name", step.Name);
        Write(json, "argument", step.Argument);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static JournalStep ReadStep(JsonElement step) => new()
    {
        Index = step.GetProperty("index").GetInt32(),
        Kind = (JournalStepKind)IndexOf(Kinds, step.GetProperty("kind")),
        Key = Text(step, "key") is { } key ? new ImageKey(key) : default(ImageKey?),
        Source = Text(step, "source") is { } source ? new ImageKey(source) : default(ImageKey?),
        Before = Text(step, "before") is { } before ? new ImageETag(before) : default(ImageETag?),
        Planned = Text(step, "planned") is { } planned ? new ImageETag(planned) : default(ImageETag?),
        Name = Text(step, "name"),
        Argument = Text(step, "argument"),
    };

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int IndexOf(JsonEncodedText[] names, JsonElement value) =>
        Array.FindIndex(names, name => value.ValueEquals(name.EncodedUtf8Bytes)) is var index and >= 0 ? index : throw new FormatException("An unknown name.");

    private static JsonEncodedText[] Names<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => JsonEncodedText.Encode(JsonNamingPolicy.CamelCase.ConvertName(name)))];
}
