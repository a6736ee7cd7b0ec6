namespace ImageStorage;

/// <summary>What a clean-up did, or with <see cref="CleanupOptions.DryRun"/> would do.</summary>
/// <param name="DeletedCount">Images deleted.</param>
/// <param name="FreedBytes">Bytes of those images.</param>
/// <param name="ExaminedCount">Images looked at.</param>
/// <param name="SkippedCount">Images that were to go but were changed or deleted by somebody else meanwhile, and so left alone.</param>
/// <param name="DryRun">True when nothing was deleted.</param>
public sealed record CleanupResult(long DeletedCount, long FreedBytes, long ExaminedCount, long SkippedCount, bool DryRun);
