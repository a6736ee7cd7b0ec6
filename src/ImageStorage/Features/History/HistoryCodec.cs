using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.History;

/// <summary>Writes and reads entries as JSON.</summary>
internal static class HistoryCodec
{
    private const int Format = 1;

    // Text is not escaped, so an entry within its limits always fits into a document.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(HistoryEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteNumber("at", entry.At!.Value.UtcTicks);
            json.WriteString("mode", entry.Mode);
            json.WriteStartArray("keys");
            foreach (var key in entry.Keys)
            {
                json.WriteStringValue(key.Value);
            }

            json.WriteEndArray();
            json.WriteStartObject("metadata");
            foreach (var (name, value) in entry.Metadata)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an entry.</summary>
    /// <exception cref="StorageCorruptedException">The document is not an entry.</exception>
    /// <exception cref="StorageNotSupportedException">
    /// The entry was written by a newer version of the library.
    /// </exception>
    public static HistoryEntry Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() is var format && format > Format)
            {
                throw new StorageNotSupportedException($"The history entry '{document.Name}' has format {format}; this version of the library supports formats up to {Format}. Update the library.");
            }

            return new HistoryEntry
            {
                Id = HistoryNames.IdOf(document.Name),
                At = new DateTimeOffset(root.GetProperty("at").GetInt64(), TimeSpan.Zero),
                Mode = root.GetProperty("mode").GetString()!,
                Keys = [.. root.GetProperty("keys").EnumerateArray().Select(key => new ImageKey(key.GetString()!))],
                Metadata = root.GetProperty("metadata").EnumerateObject().Aggregate(MetadataDictionary.Empty, (all, pair) => all.Add(pair.Name, pair.Value.GetString()!)),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or ImageValidationException)
        {
            throw new StorageCorruptedException($"The history entry '{document.Name}' is damaged. Restore the document from a backup, or remove the entry.", exception);
        }
    }
}
