using ImageStorage.Providers;
using ImageStorage.Store;

namespace ImageStorage;

public sealed partial class ImageStorageManager
{
    /// <inheritdoc/>
    public async Task<ImageInfo> CopyAsync(ImageKey source, ImageKey target, CopyOptions? options = null, CancellationToken cancellationToken = default)
    {
        CopyErrors.CheckKeys(source, target);
        options ??= CopyOptions.Default;
        return await FollowAsync(
            source,
            target,
            options,
            version => Provider.CopyAsync(new CopyRequest { Source = source, SourceETag = version, Target = target, Precondition = options.Precondition }, cancellationToken),
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo> MoveAsync(ImageKey source, ImageKey target, CopyOptions? options = null, CancellationToken cancellationToken = default)
    {
        CopyErrors.CheckKeys(source, target);
        options ??= CopyOptions.Default;
        cancellationToken.ThrowIfCancellationRequested();
        var provider = Provider;
        return await (_mover is { } mover
            ? mover().MoveAsync(source, target, options, cancellationToken)
            : provider.GetAbility<IAtomicProvider>() is { } atomic
            ? FollowAsync(source, target, options, version => MoveAsync(atomic, source, version, target, options, cancellationToken), cancellationToken)
            : throw CopyErrors.NoTransactions(source, provider.Name)).ConfigureAwait(false);
    }

    /// <summary>
    /// Calls a function with the version of the source: the version of the caller, or the current version, again after
    /// each overwrite of the source.
    /// </summary>
    private async Task<ImageInfo> FollowAsync(ImageKey source, ImageKey target, CopyOptions options, Func<ImageETag, Task<ImageInfo>> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var version = options.SourcePrecondition?.ETag ?? (await Provider.GetInfoAsync(source, cancellationToken).ConfigureAwait(false))?.ETag;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var current = version ?? throw CopyErrors.NotFound(source, target, _provider.Name);
            try
            {
                return await write(current).ConfigureAwait(false);
            }
            catch (ImageConflictException conflict) when (conflict.Key == source && conflict.CurrentETag != current)
            {
                // Another writer has overwritten or deleted the source. The caller may have read its version from the
                // cache, and must not read it there again.
                if (Provider.GetAbility<IImageCache>() is { } cache)
                {
                    await cache.InvalidateAsync(source, cancellationToken).ConfigureAwait(false);
                }

                if (options.SourcePrecondition is not null)
                {
                    throw;
                }

                // Not every conflict names the current version.
                version = conflict.CurrentETag ?? await ReadVersionAsync(source, cancellationToken).ConfigureAwait(false);
                if (version == current)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Returns the current version of an image, which a cache may not know.</summary>
    private async Task<ImageETag?> ReadVersionAsync(ImageKey key, CancellationToken cancellationToken)
    {
        using var image = await Provider.OpenReadAsync(key, new GetOptions { Cache = CacheMode.Bypass }, cancellationToken).ConfigureAwait(false);
        return image?.Info.ETag;
    }

    private async Task<ImageInfo> MoveAsync(IAtomicProvider atomic, ImageKey source, ImageETag version, ImageKey target, CopyOptions options, CancellationToken cancellationToken)
    {
        var copy = new CopyRequest { Source = source, SourceETag = version, Target = target, Precondition = options.Precondition };
        var prepared = await ImageCopies.ReadAsync(_provider, copy, (put, from, token) => atomic.PrepareAsync(put with { CreatedAt = from.CreatedAt }, token), cancellationToken).ConfigureAwait(false);
        await using (prepared.ConfigureAwait(false))
        {
            var infos = await atomic.CommitAsync([new AtomicPut(prepared), new AtomicDelete(source, new IfMatch(version))], cancellationToken).ConfigureAwait(false);
            return infos[0]!;
        }
    }
}
