using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>Invalidates the cached images of an atomic commit.</summary>
internal sealed class InvalidatingAtomicProvider(IAtomicProvider inner, Func<ImageKey, ValueTask> invalidate) : IAtomicProvider
{
    public Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default) => inner.PrepareAsync(request, cancellationToken);

    public async Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.CommitAsync(writes, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (var write in writes)
            {
                if (KeyOf(write) is { } key)
                {
                    await invalidate(key).ConfigureAwait(false);
                }
            }
        }
    }

    private static ImageKey? KeyOf(AtomicWrite write) => write switch
    {
        AtomicPut put => put.Image.Key,
        AtomicUpdate update => update.Key,
        AtomicDelete delete => delete.Key,
        _ => default(ImageKey?),
    };
}
