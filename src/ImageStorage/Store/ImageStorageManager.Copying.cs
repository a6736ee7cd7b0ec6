using ImageStorage.Diagnostics.Measuring;
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
        return await _recorder.MeasureAsync(
            StoreOperation.Copy,
            (Store: this, source, target, options, cancellationToken),
            static call => call.Store.CopyCurrentAsync(call.source, call.target, call.options, call.cancellationToken)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<ImageInfo> MoveAsync(ImageKey source, ImageKey target, CopyOptions? options = null, CancellationToken cancellationToken = default)
    {
        CopyErrors.CheckKeys(source, target);
        options ??= CopyOptions.Default;
        cancellationToken.ThrowIfCancellationRequested();
        return await _recorder.MeasureAsync(
            StoreOperation.Move,
            (Store: this, source, target, options, cancellationToken),
            static call => call.Store.MoveCurrentAsync(call.source, call.target, call.options, call.cancellationToken)).ConfigureAwait(false);
    }

    private Task<ImageInfo> CopyCurrentAsync(ImageKey source, ImageKey target, CopyOptions options, CancellationToken cancellationToken) => FollowAsync(
        source,
        target,
        options,
        version => Provider.CopyAsync(new CopyRequest { Source = source, SourceETag = version, Target = target, Precondition = options.Precondition }, cancellationToken),
        cancellationToken);

    private Task<ImageInfo> MoveCurrentAsync(ImageKey source, ImageKey target, CopyOptions options, CancellationToken cancellationToken)
    {
        var provider = Provider;
        return _mover is { } mover
            ? mover().MoveAsync(source, target, options, cancellationToken)
            : provider.GetAbility<IAtomicProvider>() is { } atomic
            ? FollowAsync(source, target, options, version => MoveAsync(atomic, source, version, target, options, cancellationToken), cancellationToken)
            : throw CopyErrors.NoTransactions(source, provider.Name);
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
                version = conflict.CurrentETag ?? (await Provider.GetInfoAsync(source, cancellationToken).ConfigureAwait(false))?.ETag;
                if (version == current)
                {
                    throw;
                }
            }
        }
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
