namespace ImageStorage.Providers;

/// <summary>The ability to look for what crashes and lost answers left behind, and to take it away.</summary>
public interface ISweepableProvider
{
    /// <summary>Deletes what belongs to no image and is old enough that no save under way can need it. Bounded memory; safe beside reads and writes, in several processes too.</summary>
    Task<SweepResult> SweepAsync(CancellationToken cancellationToken = default);
}
