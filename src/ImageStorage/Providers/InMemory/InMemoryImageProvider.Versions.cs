namespace ImageStorage.Providers;

public sealed partial class InMemoryImageProvider : IVersionKeeper
{
    private readonly SortedDictionary<string, Entry> _kept = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        lock (_gate)
        {
            if (!_images.TryGetValue(key, out var existing) || existing.Info.ETag != version)
            {
                return Task.FromResult(false);
            }

            _kept[id] = existing;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        lock (_gate)
        {
            if (!_kept.TryGetValue(id, out var kept) || kept.Info.Key != key)
            {
                return Task.FromResult(false);
            }

            _images.TryGetValue(key, out var existing);
            if (existing?.Info.ETag != replaces)
            {
                throw Conflict(key, existing);
            }

            ReplaceLocked(existing, kept);
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        lock (_gate)
        {
            return Task.FromResult(_kept.Remove(id));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckLimit(limit);
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. _kept.Keys.Where(id => string.CompareOrdinal(id, after) > 0).Take(limit)]);
        }
    }
}
