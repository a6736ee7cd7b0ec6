using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>How a store with fallbacks stands.</summary>
/// <param name="State">Healthy, open or draining.</param>
/// <param name="Primary">The name of the primary.</param>
/// <param name="Fallbacks">Its fallbacks, in the order of the chain.</param>
public sealed record FailoverStatus(FailoverState State, string Primary, ImmutableArray<FallbackStatus> Fallbacks)
{
    /// <summary>How many notes and history entries wait on all fallbacks together; null when one of them cannot be asked. An image that was handed off twice has two, until it is settled.</summary>
    public int? Waiting => Fallbacks.Any(fallback => fallback.Waiting is null) ? null : Fallbacks.Sum(fallback => fallback.Waiting);

    /// <summary>Equality by value.</summary>
    public bool Equals(FailoverStatus? other) => other is not null && State == other.State && Primary == other.Primary && Fallbacks.AsSpan().SequenceEqual(other.Fallbacks.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(State, Primary, Fallbacks.Length);
}
