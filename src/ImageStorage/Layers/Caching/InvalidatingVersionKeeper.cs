using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>Invalidates the cached image of a version that is restored.</summary>
internal sealed class InvalidatingVersionKeeper(IVersionKeeper inner, Func<ImageKey, ValueTask> invalidate) : IVersionKeeper
{
    public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default) => inner.RetainAsync(id, key, version, cancellationToken);

    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.RestoreAsync(id, key, replaces, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await invalidate(key).ConfigureAwait(false);
        }
    }

    public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default) => inner.DropAsync(id, cancellationToken);

    public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default) => inner.ListRetainedAsync(after, limit, cancellationToken);
}
