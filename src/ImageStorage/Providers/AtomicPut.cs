namespace ImageStorage.Providers;

/// <summary>Makes a prepared image the image of its key.</summary>
/// <param name="Image">What <see cref="IAtomicProvider.PrepareAsync"/> answered.</param>
public sealed record AtomicPut(IPreparedImage Image) : AtomicWrite;
