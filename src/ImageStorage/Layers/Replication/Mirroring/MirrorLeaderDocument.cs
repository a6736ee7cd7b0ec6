using System.Text.Json.Serialization;
using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// The document that says that a replica is ahead of the other as a whole, and was complete when the document was
/// written.
/// </summary>
internal sealed record MirrorLeaderDocument : VersionedContent
{
    private const int KnownFormat = 1;

    /// <summary>Gets a value that indicates whether the other replica is new and lacks the images of before.</summary>
    public required bool NeedsResync { get; init; }

    /// <summary>Gets the version of the document.</summary>
    [JsonIgnore]
    public DocumentETag Version { get; init; }

    public static MirrorLeaderDocument New() => new() { Format = KnownFormat, NeedsResync = false };

    public byte[] ToBytes() => DocumentJson.Write(this, MirrorJson.Instance.MirrorLeaderDocument);

    public static MirrorLeaderDocument Read(StoredDocument document)
    {
        var leader = DocumentJson.Read(
            document,
            MirrorJson.Instance.MirrorLeaderDocument,
            KnownFormat,
            _ => MirrorHintCodec.OfAnotherFormat(document.Name),
            failure => MirrorHintCodec.Unreadable(document.Name, "its content is not a leader document", failure));
        return leader with { Version = document.ETag };
    }
}
