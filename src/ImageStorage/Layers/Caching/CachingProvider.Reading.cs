using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Distributed;
using ImageStorage.Caching.Entries;
using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;

namespace ImageStorage.Caching;

internal sealed partial class CachingProvider
{
    /// <summary>Opens an image that is not in memory, or not known to be current.</summary>
    /// <param name="key">The image.</param>
    /// <param name="options">The options of the read.</param>
    /// <param name="found">The image in memory, held by the caller; released here.</param>
    /// <param name="cancellationToken">Ends the wait of this caller only.</param>
    private async Task<StoredImage?> OpenByFillAsync(ImageKey key, GetOptions? options, CachedImage? found, CancellationToken cancellationToken)
    {
        var isAccepted = found is null || Accepts(options, found.Info);
        found?.Release();
        if (!isAccepted)
        {
            return await Inner.OpenReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        }

        if (found is null && await TryOpenOnDiskAsync(key, options).ConfigureAwait(false) is { } onDisk)
        {
            return onDisk;
        }

        var began = _clock.GetTimestamp();
        while (true)
        {
            var fill = _fills.Join(key, _fill);
            try
            {
                // A fill that was active before this read may have queried the provider too long ago. The next fill has
                // not.
                var result = await fill.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (IsFreshFor(began, result.At))
                {
                    return await OpenAsync(fill, result, options, cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                await _fills.LeaveAsync(fill).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Opens an image that is fresh on disk and too large for memory, so that no fill is needed.</summary>
    private async ValueTask<StoredImage?> TryOpenOnDiskAsync(ImageKey key, GetOptions? options)
    {
        if (_tiers.Disk is not { } disk)
        {
            return null;
        }

        var name = disk.NameOf(key);
        if (disk.ConfirmedAt(name, _memory.MaxItem) is not { } confirmed || !IsFresh(confirmed))
        {
            return null;
        }

        return await OpenOnDiskAsync(disk, name, key, options).ConfigureAwait(false);
    }

    private async Task<StoredImage?> OpenOnDiskAsync(DiskTier disk, EntryName name, ImageKey key, GetOptions? options)
    {
        // File calls block, and the caller's thread must not block.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        if (disk.TryOpen(name, key) is not { } file)
        {
            return null;
        }

        if (disk.ConfirmedAt(file) is { } at && IsFresh(at) && Accepts(options, file.Info))
        {
            return Open(file, options);
        }

        file.Release();
        return null;
    }

    /// <summary>
    /// Opens an image that a tier has and that is fresh, without a call to the provider. Joins no fill, which may wait
    /// for the provider.
    /// </summary>
    private async Task<StoredImage?> OpenCachedAsync(ImageKey key, GetOptions options, CancellationToken cancellationToken)
    {
        if (_memory.TryGet(key) is { } image)
        {
            if (IsFresh(image) && Accepts(options, image.Info))
            {
                return Open(image, options);
            }

            image.Release();
        }

        if (_tiers.Disk is { } disk && await OpenOnDiskAsync(disk, disk.NameOf(key), key, options).ConfigureAwait(false) is { } onDisk)
        {
            return onDisk;
        }

        return _tiers.Distributed is { } distributed
            && await distributed.TryGetAsync(key, cancellationToken).ConfigureAwait(false) is { } entry
            && distributed.ConfirmedAt(entry) is not null
            && Accepts(options, entry.Header.Info)
                ? Open(entry, options)
                : null;
    }

    private async Task<StoredImage?> OpenAsync(Fill fill, FillResult result, GetOptions? options, CancellationToken cancellationToken)
    {
        if (result.Cached is { } image && Accepts(options, image.Info))
        {
            image.TryHold();
            return Open(image, options);
        }

        if (result.OnDisk is { } file && Accepts(options, file.Info))
        {
            file.TryHold();
            return Open(file, options);
        }

        return result.IsMissing && options?.IfMatch is null
            ? null
            : await OpenUncachedAsync(fill, result, options, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Returns whether a version confirmed at <paramref name="at"/> is fresh for a read that began at
    /// <paramref name="began"/>.
    /// </summary>
    private bool IsFreshFor(long began, long at) => at >= began || _revalidateAfter == Timeout.InfiniteTimeSpan || _clock.GetElapsedTime(at, began) < _revalidateAfter;

    /// <summary>
    /// Opens an image past the cache. The first caller gets the image that the fill has opened, if that fits the
    /// options.
    /// </summary>
    private async Task<StoredImage?> OpenUncachedAsync(Fill fill, FillResult result, GetOptions? options, CancellationToken cancellationToken) =>
        (options is null or { Range: null, IfMatch: null } ? fill.TakeUncached(result) : null)
        ?? await Inner.OpenReadAsync(fill.Key, options, cancellationToken).ConfigureAwait(false);

    private async Task<ImageInfo?> GetInfoAsync(DiskTier disk, ImageKey key, CancellationToken cancellationToken)
    {
        var name = disk.NameOf(key);
        if (disk.ConfirmedAt(name, 0) is { } at && IsFresh(at))
        {
            // File calls block, and the caller's thread must not block.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (disk.Peek(name, key) is { } file)
            {
                var info = disk.ConfirmedAt(file) is { } confirmed && IsFresh(confirmed) ? file.Info : null;
                file.Release();
                if (info is not null)
                {
                    return info;
                }
            }
        }

        return await Inner.GetInfoAsync(key, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Creates a stream over an image that is held. Disposing the stream releases the image.</summary>
    private static StoredImage Open(CachedImage image, GetOptions? options)
    {
        try
        {
            var range = options?.Range?.Resolve(image.Info.Key, image.Length) ?? new ResolvedRange(0, image.Length);
            return new StoredImage(image.Info, new CachedImageStream(image, range), range);
        }
        catch
        {
            image.Release();
            throw;
        }
    }

    /// <inheritdoc cref="Open(CachedImage, GetOptions?)"/>
    private StoredImage Open(DiskFile file, GetOptions? options)
    {
        try
        {
            var range = options?.Range?.Resolve(file.Info.Key, file.Length) ?? new ResolvedRange(0, file.Length);
            return new StoredImage(file.Info, DiskStream.Open(file, range, (part, token) => ReopenAsync(file.Info, part, options?.Cache ?? CacheMode.ReadThrough, token)), range);
        }
        catch
        {
            file.Release();
            throw;
        }
    }

    /// <summary>Creates a stream over an image that was received from a distributed cache.</summary>
    private static StoredImage Open(DistributedEntry entry, GetOptions options)
    {
        var range = options.Range?.Resolve(entry.Header.Info.Key, entry.Payload.Length) ?? new ResolvedRange(0, entry.Payload.Length);
        return new StoredImage(entry.Header.Info, new ReadOnlyMemoryStream(entry.Payload.Slice((int)range.Offset, (int)range.Length)), range);
    }

    /// <summary>Opens a range of a version at the provider, after the file was found to be damaged.</summary>
    private async Task<Stream> ReopenAsync(ImageInfo info, ByteRange part, CacheMode mode, CancellationToken cancellationToken)
    {
        const string Advice = "The cached bytes were damaged and are dropped, and the image was overwritten in the meantime. Read the image again.";
        if (mode == CacheMode.CacheOnly)
        {
            throw new StorageUnavailableException($"The cached bytes of image '{info.Key}' were damaged and are dropped, and this read may not call the provider. Read the image again, without CacheMode.CacheOnly if you need it now.") { Key = info.Key };
        }

        try
        {
            var stored = await Inner.OpenReadAsync(info.Key, new GetOptions { Range = part, IfMatch = info.ETag }, cancellationToken).ConfigureAwait(false);
            return stored?.Content ?? throw new StorageUnavailableException($"The version of image '{info.Key}' that was being read is gone. {Advice}") { Key = info.Key };
        }
        catch (ImageConflictException exception)
        {
            throw new StorageUnavailableException($"The version of image '{info.Key}' that was being read is gone. {Advice}", exception) { Key = info.Key };
        }
    }
}
