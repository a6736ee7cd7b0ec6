using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>Represents an operation of an application on images, recorded in the history.</summary>
public sealed record HistoryEntry
{
    /// <summary>Gets the id of the entry; <see langword="null"/> before the append.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// Gets the time of the operation; <see langword="null"/> for the time of the append. Entries are ordered by this
    /// time.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>
    /// Gets the kind of the operation in the application's words, such as <c>generate</c>: 1 to 64 characters.
    /// </summary>
    public required string Mode { get; init; }

    /// <summary>
    /// Gets the images of the operation, at most 1,000. The images need not exist. The default is empty.
    /// </summary>
    public ImmutableArray<ImageKey> Keys { get; init; } = [];

    /// <summary>
    /// Gets the application's own names and values: at most 64 KiB of UTF-8 together, and names of 1 to 128 characters.
    /// The entry copies the given dictionary and keeps the names in ordinal order. The default is empty.
    /// </summary>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get;
        init => field = MetadataDictionary.Empty.AddRange(value ?? throw new ArgumentNullException(nameof(value)));
    }
    = MetadataDictionary.Empty;

    /// <summary>Returns whether both entries have equal values, keys and metadata included.</summary>
    /// <param name="other">The other entry.</param>
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
