namespace ImageStorage.Providers;

/// <summary>What a sweep did.</summary>
/// <param name="Examined">How many stored things were old enough to be looked at.</param>
/// <param name="Deleted">How many of them belonged to no image and are gone.</param>
/// <param name="FreedBytes">How many bytes of images that freed.</param>
public sealed record SweepResult(long Examined, long Deleted, long FreedBytes);
