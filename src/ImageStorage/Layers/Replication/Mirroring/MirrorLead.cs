using System.Text;
using System.Text.Json;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>The word on one side that it is ahead of the other as a whole, and was complete when it was written.</summary>
/// <param name="NeedsResync">Is the other side new, so that it lacks what was there before?</param>
/// <param name="Version">The document's version.</param>
internal sealed record MirrorLead(bool NeedsResync, DocumentETag Version)
{
    private const int Format = 1;

    public ReadOnlyMemory<byte> ToBytes() => Encoding.UTF8.GetBytes($$"""{ "format": {{Format}}, "resync": {{(NeedsResync ? "true" : "false")}} }""");

    public static MirrorLead Read(StoredDocument document)
    {
        try
        {
            using var json = JsonDocument.Parse(document.Content);
            return json.RootElement.GetProperty("format").GetInt32() == Format
                ? new MirrorLead(json.RootElement.GetProperty("resync").GetBoolean(), document.ETag)
                : throw MirrorNoteCodec.Unreadable(document.Name, "it is of another format than this version of the library knows", null);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw MirrorNoteCodec.Unreadable(document.Name, "it is not what the library writes", exception);
        }
    }
}
