using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>A note as JSON.</summary>
internal static class HintCodec
{
    private const int Format = 1;
    private const int IdLength = 32;

    public static byte[] Write(HandoffHint hint)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("key", hint.Key.Value);
            json.WriteString("kind", hint.Kind == HandoffKind.Save ? "save" : "delete");
            json.WriteString("id", hint.Id);
            json.WriteNumber("at", hint.At.UtcTicks);
            json.WriteNumber("atOfPrimary", hint.AtOfPrimary.UtcTicks);
            if (hint.CreatedAt is { } createdAt)
            {
                json.WriteNumber("createdAt", createdAt.UtcTicks);
            }

            json.WriteBoolean("primaryUnknown", hint.IsPrimaryUnknown);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="StorageCorruptedException">It is no note, or one of a newer version of the library.</exception>
    public static HandoffHint Read(StoredDocument document)
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

            return new HandoffHint
            {
                Key = key,
                Kind = root.GetProperty("kind").GetString() switch
                {
                    "save" => HandoffKind.Save,
                    "delete" => HandoffKind.Delete,
                    _ => throw Unreadable(document.Name, "it is of a kind that this version of the library does not know", null),
                },
                Id = id,
                At = TimeOf(root.GetProperty("at")),
                AtOfPrimary = TimeOf(root.GetProperty("atOfPrimary")),
                CreatedAt = root.TryGetProperty("createdAt", out var createdAt) ? TimeOf(createdAt) : null,
                IsPrimaryUnknown = root.GetProperty("primaryUnknown").GetBoolean(),
                Version = document.ETag,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            throw Unreadable(document.Name, "it is not what the library writes", exception);
        }
    }

    public static StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The note '{name}' on the fallback cannot be read: {reason}. What it stands for may be newer than what the primary holds: save or delete the image anew to settle it.", cause) { Reason = reason };

    private static DateTimeOffset TimeOf(JsonElement ticks) => new(ticks.GetInt64(), TimeSpan.Zero);
}
