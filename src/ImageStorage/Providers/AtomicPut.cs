namespace ImageStorage.Providers;

/// <summary>Commits a prepared image under its key.</summary>
/// <param name="Image">The result of <see cref="IAtomicProvider.PrepareAsync"/>.</param>
public sealed record AtomicPut(IPreparedImage Image) : AtomicWrite;
