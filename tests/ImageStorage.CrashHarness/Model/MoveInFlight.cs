using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Model;

/// <summary>A move whose outcome is unknown: both of its effects are there, or neither.</summary>
/// <param name="Move">The move.</param>
/// <param name="Source">The permitted states of the source without the move.</param>
/// <param name="Before">The permitted states of the target without the move.</param>
/// <param name="After">The permitted states of the target after the move.</param>
internal sealed record MoveInFlight(Operation Move, IReadOnlySet<ItemState> Source, IReadOnlySet<ItemState> Before, IReadOnlySet<ItemState> After)
{
    /// <summary>Returns whether the found states agree with both effects or with neither.</summary>
    /// <param name="target">The found state of the target.</param>
    /// <param name="source">The found state of the source.</param>
    /// <remarks>
    /// The states need not differ: the target may have been a copy of the source before the move. A known version
    /// tells them apart; an unknown one, of a write whose acknowledgement was lost in the same crash, cannot.
    /// </remarks>
    public bool Admits(ItemState target, ItemState source) =>
        (Source.Any(state => state.Admits(source)) && Before.Any(state => state.Admits(target)))
        || (!source.IsThere && After.Any(state => state.Admits(target)) && !Before.Any(state => state.ETag is not null && state.ETag == target.ETag));

    /// <summary>Returns whether a later operation may have changed the source or the target of the move.</summary>
    public bool IsFollowedBy(Operation later) => new[] { later.Item, SourceOf(later) }.Any(item => item == Move.Item || item == SourceOf(Move));

    private static string? SourceOf(Operation operation) => operation.Source is { } source ? ItemNames.Image(source) : null;
}
