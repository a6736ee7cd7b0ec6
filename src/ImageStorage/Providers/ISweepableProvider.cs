namespace ImageStorage.Providers;

/// <summary>The ability to delete the orphans of crashes and lost responses.</summary>
[TransparentAbility]
public interface ISweepableProvider
{
    /// <summary>
    /// Deletes orphans that are old enough not to belong to a save in progress. Uses bounded memory. Safe during reads
    /// and writes, also of several processes.
    /// </summary>
    Task<SweepResult> SweepAsync(CancellationToken cancellationToken = default);
}
