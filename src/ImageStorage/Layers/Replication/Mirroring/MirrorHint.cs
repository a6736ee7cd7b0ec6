using System.Text.Json.Serialization;
using ImageStorage.Replication;

namespace ImageStorage.Mirroring;

/// <summary>
/// A document that records one write before the write has an effect that the replicas do not share. An ahead hint on a
/// replica says that this replica has, or may have, a newer version than the other replica. An in-doubt hint on the
/// mirror says that the primary may have a newer version. Each write has a hint of its own, so two writers never
/// contend for one document.
/// </summary>
internal sealed record MirrorHint : HintContent
{
    /// <summary>
    /// The age after which a pending hint is certainly one that a crash has left. Longer than any write takes from its
    /// hint to its effect, clock skew included.
    /// </summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <summary>The value of <see cref="Attempt"/> for a change whose result is not known beforehand.</summary>
    public const string AnyAttempt = "*";

    /// <summary>Gets the key of the image, or the name of the document.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets a value that indicates whether the write is that of a document.</summary>
    [JsonPropertyName("document")]
    [JsonRequired]
    public bool IsDocument { get; init; }

    /// <summary>Gets the id; never reused.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the process that wrote the hint. The owner knows when its write has ended.</summary>
    public required string Owner { get; init; }

    /// <summary>Gets the time of the write, by the clock of the owner.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>
    /// Gets a value that indicates whether the write may still be in progress or was interrupted by a crash. <see
    /// langword="false"/> means that the write has taken effect.
    /// </summary>
    [JsonPropertyName("pending")]
    public required bool IsPending { get; init; }

    /// <summary>
    /// Gets the version that the replica had before the write, and that both replicas had at that time; empty for no
    /// image or document. An in-doubt hint has it only for the deletion of a document.
    /// </summary>
    [JsonRequired]
    public string Base { get; init; } = string.Empty;

    /// <summary>
    /// Gets a hash of the bytes to write; empty for a deletion. Distinguishes the effect of a lost answer from the
    /// write of another process.
    /// </summary>
    [JsonRequired]
    public string Attempt { get; init; } = string.Empty;

    /// <summary>Gets the image or document.</summary>
    [JsonIgnore]
    public MirrorItem Item => IsDocument ? new MirrorDocument(Key.Value) : new MirrorImage(Key);
}
