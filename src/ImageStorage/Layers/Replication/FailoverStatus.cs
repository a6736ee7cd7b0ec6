namespace ImageStorage;

/// <summary>The status of a store with fallbacks.</summary>
public sealed record FailoverStatus
{
    /// <summary>Gets the state of the failover.</summary>
    public required FailoverState State { get; init; }

    /// <summary>Gets the name of the primary.</summary>
    public required string Primary { get; init; }

    /// <summary>Gets the fallbacks, in the order of the chain.</summary>
    public required IReadOnlyList<FallbackStatus> Fallbacks { get; init; }

    /// <summary>
    /// Gets the number of hints and history entries on all fallbacks; null if a fallback cannot be reached. An image that was handed off twice has two hints
    /// until they are replayed.
    /// </summary>
    public int? Waiting => Fallbacks.Any(fallback => fallback.Waiting is null) ? null : Fallbacks.Sum(fallback => fallback.Waiting);

    /// <summary>Compares two statuses by value, fallbacks included.</summary>
    public bool Equals(FailoverStatus? other) =>
        other is not null && State == other.State && Primary == other.Primary && Fallbacks.SequenceEqual(other.Fallbacks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Primary, Fallbacks.Count);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(FailoverStatus),
        (nameof(State), State), (nameof(Primary), Primary), (nameof(Fallbacks), Fallbacks),
        (nameof(Waiting), Waiting));
}
