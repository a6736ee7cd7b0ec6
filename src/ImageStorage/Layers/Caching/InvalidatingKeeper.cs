using ImageStorage.Providers;

namespace ImageStorage.Caching;

/// <summary>Keeps versions, and tells the cache of those that are put back.</summary>
internal sealed class InvalidatingKeeper(IVersionKeeper inner, Func<ImageKey, ValueTask> invalidate) : IVersionKeeper
{
    public Task<bool> KeepAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default) => inner.KeepAsync(id, key, version, cancellationToken);

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

    public Task<IReadOnlyList<string>> ListKeptAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default) => inner.ListKeptAsync(after, limit, cancellationToken);
}
