using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// The note on the fallback that it, and not the primary, knows the newest state of one image. Writing it is the commit of a
/// write that was handed off; removing it makes the primary's state count again.
/// </summary>
internal sealed record HandoffHint
{
    public required ImageKey Key { get; init; }

    public required HandoffKind Kind { get; init; }

    /// <summary>New for each note and never used again: tells our own write of a note from another's, and names the bytes.</summary>
    public required string Id { get; init; }

    /// <summary>When it was written; never before the note that it replaces, and behind an image that it replaces, also when the clock steps back.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The same time by the clock that the primary's versions have, as far as that is known.</summary>
    public required DateTimeOffset AtOfPrimary { get; init; }

    /// <summary>The time of creation that the primary must record; null: what it has, else that of the fallback.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Did a call of the primary end without an answer, so that it may have had its effect?</summary>
    public bool IsPrimaryUnknown { get; init; }

    /// <summary>The version of the document that it was read from or written to.</summary>
    public DocumentETag Version { get; init; }

    /// <summary>Where the fallback keeps the bytes: never overwritten, so the note alone decides what is seen.</summary>
    public ImageKey BlobKey => HandoffImages.KeyOf(Id);
}
