using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>The status of a store with fallbacks.</summary>
/// <param name="State">The state, as this process sees it.</param>
/// <param name="Primary">The name of the primary.</param>
/// <param name="Fallbacks">The fallbacks, in their order.</param>
public sealed record FailoverStatus(FailoverState State, string Primary, ImmutableArray<FallbackStatus> Fallbacks)
{
    /// <summary>
    /// Gets the number of hints of images and history entries on all fallbacks; <see langword="null"/> if a fallback is
    /// unavailable. An image that was written on two fallbacks has two hints until it is replayed.
    /// </summary>
    public int? Hints => Fallbacks.Any(fallback => fallback.Hints is null) ? null : Fallbacks.Sum(fallback => fallback.Hints);

    /// <summary>Returns whether two statuses are equal by value.</summary>
    public bool Equals(FailoverStatus? other) => other is not null && State == other.State && Primary == other.Primary && Fallbacks.AsSpan().SequenceEqual(other.Fallbacks.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Primary, Fallbacks.Length);
}

/// <summary>The status of one fallback.</summary>
/// <param name="Name">The name, unique among the providers of the store.</param>
/// <param name="Hints">
/// The number of hints of images and history entries, unreadable ones included; <see langword="null"/> if the fallback
/// is unavailable.
/// </param>
public sealed record FallbackStatus(string Name, int? Hints);
