using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>Reads and writes hints as JSON.</summary>
internal static class HintCodec
{
    private const int Format = 1;
    private const int IdLength = 32;

    public static byte[] Write(ImageHint hint)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("key", hint.Key.Value);
            json.WriteString("kind", hint.Kind == HintKind.Save ? "save" : "delete");
            json.WriteString("id", hint.Id);
            json.WriteNumber("time", hint.Time.UtcTicks);
            json.WriteNumber("primaryTime", hint.PrimaryTime.UtcTicks);
            if (hint.CreatedAt is { } createdAt)
            {
                json.WriteNumber("createdAt", createdAt.UtcTicks);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a hint.</summary>
    /// <exception cref="StorageCorruptedException">
    /// The document is not a hint, or a newer version of the library wrote it.
    /// </exception>
    public static ImageHint Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            var id = root.GetProperty("id").GetString();
            if (root.GetProperty("format").GetInt32() != Format || id?.Length != IdLength || !ImageKey.TryParse(root.GetProperty("key").GetString(), out var key))
            {
                throw Unreadable(document.Name, "it is of another format than this version of the library knows", null);
            }

            return new ImageHint
            {
                Key = key,
                Kind = root.GetProperty("kind").GetString() switch
                {
                    "save" => HintKind.Save,
                    "delete" => HintKind.Delete,
                    _ => throw Unreadable(document.Name, "it is of a kind that this version of the library does not know", null),
                },
                Id = id,
                Time = TimeOf(root.GetProperty("time")),
                PrimaryTime = TimeOf(root.GetProperty("primaryTime")),
                CreatedAt = root.TryGetProperty("createdAt", out var createdAt) ? TimeOf(createdAt) : null,
                Version = document.ETag,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            throw Unreadable(document.Name, "it is not what the library writes", exception);
        }
    }

    public static StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The hint '{name}' on the fallback cannot be read: {reason}. It may describe a newer state than the primary has: save the image again, or delete it.", cause) { Reason = reason };

    private static DateTimeOffset TimeOf(JsonElement ticks) => new(ticks.GetInt64(), TimeSpan.Zero);
}
