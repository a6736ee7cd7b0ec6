namespace ImageStorage.Providers;

/// <summary>
/// The staged bytes of an image for a commit. Belongs to the <see cref="IAtomicProvider"/> that created the object;
/// dispose the object after the commit.
/// </summary>
public interface IPreparedImage : IAsyncDisposable
{
    /// <summary>Gets the key of the image.</summary>
    ImageKey Key { get; }
}
