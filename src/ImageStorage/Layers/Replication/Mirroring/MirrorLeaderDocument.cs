using System.Text;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The document that says that a replica is ahead of the other as a whole, and was complete when the document was
/// written.
/// </summary>
/// <param name="NeedsResync">Whether the other replica is new and lacks the images of before.</param>
/// <param name="Version">The version of the document.</param>
internal sealed record MirrorLeaderDocument(bool NeedsResync, DocumentETag Version)
{
    private const int Format = 1;

    public ReadOnlyMemory<byte> ToBytes() => Encoding.UTF8.GetBytes($$"""{ "format": {{Format}}, "needsResync": {{(NeedsResync ? "true" : "false")}} }""");

    public static MirrorLeaderDocument Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            return json.RootElement.GetProperty("format").GetInt32() == Format
                ? new MirrorLeaderDocument(json.RootElement.GetProperty("needsResync").GetBoolean(), document.ETag)
                : throw MirrorHintCodec.Unreadable(document.Name, "its format is unknown to this version of the library", null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw MirrorHintCodec.Unreadable(document.Name, "its content is not a leader document", exception);
        }
    }
}
