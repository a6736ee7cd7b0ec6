namespace ImageStorage;

/// <summary>The status of a store with fallbacks or a mirror.</summary>
public sealed record FailoverStatus
{
    /// <summary>Gets the state, as this process sees it.</summary>
    public required FailoverState State { get; init; }

    /// <summary>Gets the name of the primary.</summary>
    public required string Primary { get; init; }

    /// <summary>Gets the fallbacks, in their order.</summary>
    public required IReadOnlyList<FallbackStatus> Fallbacks { get; init; }

    /// <summary>
    /// Gets the number of hints of images and history entries on all fallbacks; <see langword="null"/> if a fallback is
    /// unavailable. An image that was written on two fallbacks has two hints until it is replayed.
    /// </summary>
    public int? Hints => Fallbacks.Any(fallback => fallback.Hints is null) ? null : Fallbacks.Sum(fallback => fallback.Hints);

    /// <summary>Returns whether two statuses are equal by value.</summary>
    public bool Equals(FailoverStatus? other) =>
        other is not null && State == other.State && Primary == other.Primary && Fallbacks.SequenceEqual(other.Fallbacks);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Primary, Fallbacks.Count);

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(FailoverStatus), (nameof(State), State), (nameof(Primary), Primary), (nameof(Fallbacks), Fallbacks), (nameof(Hints), Hints));
}

/// <summary>The status of one fallback.</summary>
public sealed record FallbackStatus
{
    /// <summary>Gets the name of the fallback, unique among the providers of the store.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the number of hints of images and history entries, unreadable ones included; <see langword="null"/> if the
    /// fallback is unavailable.
    /// </summary>
    public required int? Hints { get; init; }
}

/// <summary>The result of a reconciliation.</summary>
public sealed record ReconcileResult
{
    /// <summary>Gets the number of images and history entries that were replayed, with any outcome.</summary>
    public required int Replayed { get; init; }

    /// <summary>
    /// Gets the number of images with a newer version on the primary; the other versions are retained on the fallback.
    /// </summary>
    public required int Conflicts { get; init; }

    /// <summary>
    /// Gets the number of hints and history entries that cannot be replayed: see <see cref="HintUnreadable"/>. They remain.
    /// </summary>
    public required int Unreadable { get; init; }

    /// <summary>Gets the number of hints and history entries that are left, unreadable ones included.</summary>
    public required int Remaining { get; init; }
}
