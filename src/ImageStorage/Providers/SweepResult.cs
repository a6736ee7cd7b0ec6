namespace ImageStorage.Providers;

/// <summary>The result of a sweep.</summary>
/// <param name="Examined">The number of items that were old enough.</param>
/// <param name="Deleted">The number of deleted orphans.</param>
/// <param name="FreedBytes">The number of freed bytes.</param>
public sealed record SweepResult(long Examined, long Deleted, long FreedBytes);
