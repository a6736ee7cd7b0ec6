namespace ImageStorage.Providers;

/// <summary>The bytes of an image that an <see cref="IAtomicProvider"/> holds for a commit. Belongs to the provider that made it; dispose it behind the commit.</summary>
public interface IPreparedImage : IAsyncDisposable
{
    /// <summary>The key that it will be stored under.</summary>
    ImageKey Key { get; }
}
