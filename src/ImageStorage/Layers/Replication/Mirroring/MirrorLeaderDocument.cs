using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>
/// The document that says that a replica is ahead of the other as a whole, and was complete when the document was
/// written.
/// </summary>
internal sealed record MirrorLeaderDocument : HintContent
{
    /// <summary>Gets a value that indicates whether the other replica is new and lacks the images of before.</summary>
    public required bool NeedsResync { get; init; }

    public static MirrorLeaderDocument New() => new() { Format = KnownFormat, NeedsResync = false };
}
