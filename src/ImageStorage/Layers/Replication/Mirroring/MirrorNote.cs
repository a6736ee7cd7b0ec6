using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// What a side is told of one write before it has any effect that the two do not share. On the side that takes the write alone it says "here is, or
/// may be, a newer state than on the other side"; on the mirror, of a write that goes to the primary first, "the primary may be
/// newer than this". Each write has a note of its own, so no two writers are ever in each other's way.
/// </summary>
internal sealed record MirrorNote
{
    /// <summary>Longer than any write takes from its note to its effect, also with clocks that differ: after it, an open note is one that a crash has left.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    /// <summary>Stands in <see cref="Attempt"/> for a change of which the result is not known beforehand.</summary>
    public const string AnyAttempt = "*";

    public required ImageKey Key { get; init; }

    /// <summary>New for each write and never used again.</summary>
    public required string Id { get; init; }

    /// <summary>Which process wrote it: it knows when its write has ended.</summary>
    public required string Owner { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>May the write still be under way, or was it cut off by a crash? Else it has had its effect.</summary>
    public required bool IsOpen { get; init; }

    /// <summary>The version that the side had before, which both had then; empty for none.</summary>
    public string Base { get; init; } = string.Empty;

    /// <summary>What was to be written: a hash of the bytes, or empty for a deletion. Tells the effect of a lost answer from another's write.</summary>
    public string Attempt { get; init; } = string.Empty;

    /// <summary>The document that it was read from.</summary>
    public DocumentName Name { get; init; }
}
