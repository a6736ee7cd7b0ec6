using System.Buffers;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>A note as JSON.</summary>
internal static class MirrorNoteCodec
{
    private const int Format = 1;

    public static byte[] Write(MirrorNote note)
    {
        var buffer = new ArrayBufferWriter<byte>(320);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("key", note.Key.Value);
            json.WriteString("id", note.Id);
            json.WriteString("owner", note.Owner);
            json.WriteNumber("at", note.At.UtcTicks);
            json.WriteBoolean("open", note.IsOpen);
            json.WriteString("base", note.Base);
            json.WriteString("attempt", note.Attempt);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="StorageCorruptedException">It is no note, or one of a newer version of the library.</exception>
    public static MirrorNote Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() != Format || !ImageKey.TryParse(root.GetProperty("key").GetString(), out var key))
            {
                throw Unreadable(document.Name, "it is of another format than this version of the library knows", null);
            }

            return new MirrorNote
            {
                Key = key,
                Id = TextOf(root, "id"),
                Owner = TextOf(root, "owner"),
                At = new DateTimeOffset(root.GetProperty("at").GetInt64(), TimeSpan.Zero),
                IsOpen = root.GetProperty("open").GetBoolean(),
                Base = TextOf(root, "base"),
                Attempt = TextOf(root, "attempt"),
                Name = document.Name,
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            throw Unreadable(document.Name, "it is not what the library writes", exception);
        }
    }

    public static StorageCorruptedException Unreadable(DocumentName name, string reason, Exception? cause) =>
        new($"The note '{name}' of the mirror cannot be read: {reason}. The image that it stands for may be newer on that side: save or delete it anew, or run a resync.", cause) { Reason = reason };

    private static string TextOf(JsonElement root, string property) =>
        root.GetProperty(property).GetString() ?? throw new FormatException($"'{property}' is null.");
}
