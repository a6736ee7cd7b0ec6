namespace ImageStorage.Providers;

/// <summary>Deletes an image.</summary>
/// <param name="Key">The image.</param>
/// <param name="Precondition">What must be true of it; null for whatever is there.</param>
public sealed record AtomicDelete(ImageKey Key, Precondition? Precondition = null) : AtomicWrite;
