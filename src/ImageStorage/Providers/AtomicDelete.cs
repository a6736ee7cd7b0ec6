namespace ImageStorage.Providers;

/// <summary>Deletes an image in an atomic commit.</summary>
/// <param name="Key">The image.</param>
/// <param name="Precondition">The precondition; null for none.</param>
public sealed record AtomicDelete(ImageKey Key, Precondition? Precondition = null) : AtomicWrite;
