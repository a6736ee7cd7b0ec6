using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <content>The retained versions of both replicas.</content>
internal sealed partial class MirrorProvider : IVersionKeeper
{
    public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return _components.Versions.RetainAsync(id, key, version, cancellationToken);
    }

    public Task<ImageInfo?> GetRetainedAsync(string id, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return _components.Versions.FindAsync(id, keeper => keeper.GetRetainedAsync(id, cancellationToken), cancellationToken);
    }

    public Task<StoredImage?> OpenRetainedAsync(string id, GetOptions? options = null, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return _components.Versions.FindAsync(id, keeper => keeper.OpenRetainedAsync(id, options, cancellationToken), cancellationToken);
    }

    public async Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return await _components.Writer.RunAsync(new MirrorRestore(id, key, replaces, _components.Versions), cancellationToken).ConfigureAwait(false) is not null;
    }

    public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckId(id);
        return _components.Versions.DropAsync(id, cancellationToken);
    }

    public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default)
    {
        RetainedVersionRules.CheckLimit(limit);
        return _components.Versions.ListAsync(after, limit, cancellationToken);
    }
}
