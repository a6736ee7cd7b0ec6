using System.Collections.Immutable;
namespace ImageStorage;

/// <summary>Something that an application did with images, to be kept.</summary>
public sealed record HistoryEntry
{
    /// <summary>The name of the entry, given when it is appended; null before.</summary>
    public string? Id { get; init; }

    /// <summary>When it happened; null for the time of the append. Entries are in the order of this time.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>What kind of thing happened, in the application's words, such as <c>generate</c>: 1 to 64 characters.</summary>
    public required string Mode { get; init; }

    /// <summary>The images that it was about, up to 1,000; they need not exist.</summary>
    public ImmutableArray<ImageKey> Keys { get; init; } = [];

    /// <summary>The application's own names and values, 64 KiB together at most.</summary>
    public ImmutableSortedDictionary<string, string> Metadata { get; init; } = MetadataDictionary.Empty;

    /// <summary>Equality by value, keys and metadata included.</summary>
    public bool Equals(HistoryEntry? other) =>
        other is not null && Id == other.Id && At == other.At && Mode == other.Mode
        && Keys.AsSpan().SequenceEqual(other.Keys.AsSpan()) && Metadata.SequenceEqual(other.Metadata);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, At, Mode, Keys.Length);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(HistoryEntry),
        (nameof(Id), Id), (nameof(At), At), (nameof(Mode), Mode), (nameof(Keys), Keys),
        (nameof(Metadata), Metadata));
}
