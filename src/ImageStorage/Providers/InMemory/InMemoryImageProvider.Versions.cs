namespace ImageStorage.Providers;

public sealed partial class InMemoryImageProvider : IVersionKeeper
{
    private readonly SortedDictionary<string, Entry> _retained = new(StringComparer.Ordinal);

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

            if (_retained.TryGetValue(id, out var retained) && (retained.Info.Key != key || retained.Info.ETag != version))
            {
                throw ProviderErrors.OtherRetained(key, Name);
            }

            _retained[id] = existing;
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default) => Task.FromResult(FindRetained(id, cancellationToken)?.Info);

    /// <inheritdoc/>
    public Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(FindRetained(id, cancellationToken) is { } retained ? Open(retained.Info.Key, retained, options) : null);

    /// <inheritdoc/>
    public Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        lock (_gate)
        {
            if (!_retained.TryGetValue(id, out var retained) || retained.Info.Key != key)
            {
                return Task.FromResult(false);
            }

            _images.TryGetValue(key, out var existing);
            if (existing?.Info.ETag != replaces && existing?.Info.ETag != retained.Info.ETag)
            {
                throw Conflict(key, existing);
            }

            ReplaceLocked(existing, retained);
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
            return Task.FromResult(_retained.Remove(id));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckLimit(limit);
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<string>>([.. _retained.Keys.Where(id => string.CompareOrdinal(id, after) > 0).Take(limit)]);
        }
    }

    private Entry? FindRetained(string id, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        RetainedVersionRules.CheckId(id);
        lock (_gate)
        {
            return _retained.GetValueOrDefault(id);
        }
    }
}
