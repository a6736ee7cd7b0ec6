using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>The JSON format of a hint.</summary>
internal static class MirrorHintCodec
{
    private const int Format = 1;

    public static byte[] Write(MirrorHint hint)
    {
        var buffer = new ArrayBufferWriter<byte>(320);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("key", hint.Key.Value);
            json.WriteString("id", hint.Id);
            json.WriteString("owner", hint.Owner);
            json.WriteNumber("time", hint.Time.UtcTicks);
            json.WriteBoolean("pending", hint.IsPending);
            json.WriteString("base", hint.Base);
            json.WriteString("attempt", hint.Attempt);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a hint.</summary>
    /// <exception cref="StorageCorruptedException">The document is not a hint, or a hint of a newer version of the
    /// library.</exception>
    public static MirrorHint Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() != Format || !ImageKey.TryParse(root.GetProperty("key").GetString(), out var key))
            {
                throw Unreadable(document.Name, "its format is unknown to this version of the library", null);
            }

            return new MirrorHint
            {
                Key = key,
                Id = TextOf(root, "id"),
                Owner = TextOf(root, "owner"),
                Time = new DateTimeOffset(root.GetProperty("time").GetInt64(), TimeSpan.Zero),
                IsPending = root.GetProperty("pending").GetBoolean(),
                Base = TextOf(root, "base"),
                Attempt = TextOf(root, "attempt"),
                Name = document.Name,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            throw Unreadable(document.Name, "its content is not a hint", exception);
        }
    }

    public static StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The hint '{name}' of the mirror cannot be read: {reason}. Its image may be newer on this replica. Save or delete the image again, or run a resync.", cause) { Reason = reason };

    private static string TextOf(JsonElement root, string property) =>
        root.GetProperty(property).GetString() ?? throw new FormatException($"'{property}' is null.");
}
