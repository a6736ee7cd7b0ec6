using System.Text.Json.Serialization;
using ImageStorage.Providers;
using ImageStorage.Replication;

namespace ImageStorage.Failover;

/// <summary>
/// A document on a fallback that says: the newest state of an image is here, not on the primary. Writing the hint
/// commits a write on the fallback; after its removal, the primary's state counts again.
/// </summary>
internal sealed record ImageHint : HintContent
{
    public required ImageKey Key { get; init; }

    [JsonConverter(typeof(EnumNameConverter<HintKind>))]
    public required HintKind Kind { get; init; }

    /// <summary>
    /// Gets an id that is never reused. It distinguishes this hint from those of other writers, and names the payload.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>
    /// Gets the time of the write. It is later than the version that the hint replaces, and never earlier than the hint
    /// that it replaces, also if the clock steps back.
    /// </summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets the time of the write by the primary's clock, as far as it is known.</summary>
    public required DateTimeOffset PrimaryTime { get; init; }

    /// <summary>
    /// Gets the time of creation that the primary must record; null for the primary's own or, without one, the
    /// payload's.
    /// </summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>
    /// Gets the key of the payload on the fallback. A payload is never overwritten, so the hint alone decides what is
    /// visible.
    /// </summary>
    [JsonIgnore]
    public ImageKey PayloadKey => HintPayloads.KeyOf(Id);
}
