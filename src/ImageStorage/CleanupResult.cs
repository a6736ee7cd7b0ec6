namespace ImageStorage;

/// <summary>
/// The result of a clean-up. With <see cref="CleanupOptions.DryRun"/>, the numbers are those of a real clean-up.
/// </summary>
/// <param name="DeletedCount">The number of deleted images.</param>
/// <param name="FreedBytes">The sum of their lengths in bytes.</param>
/// <param name="ExaminedCount">The number of examined images.</param>
/// <param name="SkippedCount">The number of images that another caller changed or deleted in the meantime, and that
/// were left alone.</param>
/// <param name="DryRun">True if nothing was deleted.</param>
public sealed record CleanupResult(long DeletedCount, long FreedBytes, long ExaminedCount, long SkippedCount, bool DryRun);
