using System.Buffers;
using ImageStorage.Caching.Disk;
using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Providers;

namespace ImageStorage.Caching;

internal sealed partial class CachingProvider
{
    private async Task<FillResult> FillAsync(Fill fill)
    {
        // Leave the lock of the table and the thread of the first caller.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (await FromMemoryAsync(fill).ConfigureAwait(false) is { } inMemory)
            {
                return inMemory;
            }

            await _tiers.EnsureIdentityAsync(fill.Abandoned).ConfigureAwait(false);
            return await FromDiskAsync(fill).ConfigureAwait(false)
                ?? await FromDistributedAsync(fill).ConfigureAwait(false)
                ?? await FromProviderAsync(fill).ConfigureAwait(false);
        }
        catch (OutOfMemoryException)
        {
            // The process has no memory for the image, so the image streams past the cache.
            fill.ReleaseReserved();
            return new FillResult { At = _clock.GetTimestamp() };
        }
        catch
        {
            fill.ReleaseReserved();
            throw;
        }
        finally
        {
            _fills.Detach(fill);
        }
    }

    private async Task<FillResult?> FromMemoryAsync(Fill fill)
    {
        if (_memory.Peek(fill.Key) is not { } known)
        {
            return null;
        }

        var isKept = false;
        try
        {
            // Another fill may have published the image after the miss.
            var at = known.ConfirmedAt;
            if (!IsFresh(at))
            {
                if (await RevalidateAsync(fill, known.Info).ConfigureAwait(false) is not { } asked)
                {
                    return null;
                }

                _fills.Confirm(fill, known, asked);
                at = asked;
            }

            isKept = true;
            return new FillResult { Cached = known, At = at };
        }
        finally
        {
            if (!isKept)
            {
                known.Release();
            }
        }
    }

    private async Task<FillResult?> FromDiskAsync(Fill fill)
    {
        if (_tiers.Disk is not { } disk || disk.TryOpen(disk.NameOf(fill.Key), fill.Key) is not { } file)
        {
            return null;
        }

        var isKept = false;
        try
        {
            var confirmed = disk.ConfirmedAt(file);
            if (confirmed is not { } at || !IsFresh(at))
            {
                if (await RevalidateAsync(fill, file.Info).ConfigureAwait(false) is not { } asked)
                {
                    disk.DropStale(file);
                    return null;
                }

                _fills.Confirm(fill, file, asked);
                at = asked;
            }

            if (Reserve(fill, file.Info, file.Length) is not { } image)
            {
                isKept = true;
                return new FillResult { OnDisk = file, At = at };
            }

            if (!file.TryReadInto(image))
            {
                fill.ReleaseReserved();
                return null;
            }

            image.Age = _clock.GetUtcNow() - file.StoredAt;
            _fills.Promote(fill, image, at);
            return new FillResult { Cached = image, At = at };
        }
        finally
        {
            if (!isKept)
            {
                file.Release();
            }
        }
    }

    private async Task<FillResult?> FromDistributedAsync(Fill fill)
    {
        if (_tiers.Distributed is not { } distributed || await distributed.TryGetAsync(fill.Key, fill.Abandoned).ConfigureAwait(false) is not { } entry)
        {
            return null;
        }

        var (info, storedAt, validatedAt) = (entry.Header.Info, entry.Header.StoredAt, entry.Header.ValidatedAt);
        var confirmed = distributed.ConfirmedAt(entry);
        if (confirmed is not { } at)
        {
            if (await RevalidateAsync(fill, info).ConfigureAwait(false) is not { } asked)
            {
                return null;
            }

            (at, validatedAt) = (asked, fill.Asked!.Value.Time);
        }

        if (Reserve(fill, info, entry.Payload.Length) is not { } image)
        {
            return null;
        }

        entry.CopyTo(image);
        image.Age = _clock.GetUtcNow() - storedAt;
        using var staged = _tiers.Disk?.TryStage(info, image.Length, storedAt);
        Append(staged, image);
        var isPublished = PublishInMemory(fill, image, staged is null ? null : _tiers.Disk!.Publish(staged), at);
        if (isPublished && confirmed is null)
        {
            // With the new time, other processes need not revalidate.
            await SetAsync(image, storedAt, validatedAt, fill).ConfigureAwait(false);
        }

        return new FillResult { Cached = image, At = at };
    }

    private async Task<FillResult> FromProviderAsync(Fill fill)
    {
        var (asked, time) = (_clock.GetTimestamp(), _clock.GetUtcNow());
        var stored = await Inner.OpenReadAsync(fill.Key, null, fill.Abandoned).ConfigureAwait(false);
        if (stored is null)
        {
            Drop(fill);
            return FillResult.Missing with { IsFromProvider = true, At = asked };
        }

        var isKept = false;
        try
        {
            var image = Reserve(fill, stored.Info, stored.Range.Length);
            using var staged = _tiers.Disk?.TryStage(stored.Info, stored.Range.Length, time);
            isKept = image is null && staged is null;
            if (isKept)
            {
                Drop(fill);
                return new FillResult { Uncached = stored, IsFromProvider = true, At = asked };
            }

            await (image is null ? CopyAsync(stored, staged!, fill.Abandoned) : CopyAsync(stored, image, staged, fill.Abandoned)).ConfigureAwait(false);
            return await PublishAsync(fill, image, staged, asked, time).ConfigureAwait(false);
        }
        finally
        {
            if (!isKept)
            {
                await stored.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Reserves memory for an image. The fill owns the memory from now on.</summary>
    private CachedImage? Reserve(Fill fill, ImageInfo info, long length) => fill.Reserved = _memory.TryReserve(info, length);

    private async Task<FillResult> PublishAsync(Fill fill, CachedImage? image, StagedEntry? staged, long asked, DateTimeOffset time)
    {
        // Without memory the file is served, also to the callers that had joined a fill before a write detached it. If
        // the file fails, every caller opens the image past the cache.
        var file = staged is not null && (image is null || _fills.IsAttached(fill)) ? _tiers.Disk!.Publish(staged) : null;
        if (image is null)
        {
            Publish(fill, null, file, asked);
            return new FillResult { OnDisk = file, IsFromProvider = true, At = asked };
        }

        var isPublished = PublishInMemory(fill, image, file, asked);
        if (isPublished && _tiers.Distributed is { } distributed && distributed.Accepts(image.Length))
        {
            await SetAsync(image, time, time, fill).ConfigureAwait(false);
        }

        return new FillResult { Cached = image, IsFromProvider = true, At = asked };
    }

    /// <summary>Stores an image in the distributed tier. A failure does not fail the fill.</summary>
    private async Task SetAsync(CachedImage image, DateTimeOffset storedAt, DateTimeOffset validatedAt, Fill fill)
    {
        try
        {
            await _tiers.Distributed!.SetAsync(image, storedAt, validatedAt, fill.Abandoned).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or OutOfMemoryException)
        {
            // The last caller has left, or there is no memory for the entry. The other tiers keep the image.
        }
    }

    /// <summary>
    /// Asks the provider for its current version, at most once per fill. Returns the time of the request if the version
    /// is this one; otherwise null.
    /// </summary>
    private async Task<long?> RevalidateAsync(Fill fill, ImageInfo info)
    {
        if (fill.Asked is null)
        {
            Interlocked.Increment(ref _revalidations);
            var (at, time) = (_clock.GetTimestamp(), _clock.GetUtcNow());
            fill.Asked = (at, time, (await Inner.GetInfoAsync(fill.Key, fill.Abandoned).ConfigureAwait(false))?.ETag);
        }

        var asked = fill.Asked.Value;
        return asked.Version == info.ETag ? asked.At : null;
    }

    /// <summary>
    /// Publishes the image of a fill in all tiers, unless the image was written since the fill began.
    /// </summary>
    private bool Publish(Fill fill, CachedImage? image, DiskFile? file, long at)
    {
        var isPublished = _fills.Publish(fill, image, file, at);
        if (!isPublished && file is not null)
        {
            _tiers.Disk!.DropStale(file);
        }
        else
        {
            _tiers.Disk?.DropPending();
        }

        return isPublished;
    }

    /// <summary>Publishes an image that is served from memory, and releases its file.</summary>
    private bool PublishInMemory(Fill fill, CachedImage image, DiskFile? file, long at)
    {
        try
        {
            return Publish(fill, image, file, at);
        }
        finally
        {
            file?.Release();
        }
    }

    private void Drop(Fill fill)
    {
        _fills.Drop(fill);
        _tiers.Disk?.DropPending();
    }

    private static void Append(StagedEntry? staged, CachedImage image)
    {
        foreach (var segment in image.Segments)
        {
            staged?.TryAppend(segment.Span);
        }
    }

    private static async Task CopyAsync(StoredImage stored, CachedImage image, StagedEntry? staged, CancellationToken cancellationToken)
    {
        for (var index = 0; index < image.Segments.Length; index++)
        {
            var segment = image.Segments[index];
            if (await stored.Content.ReadAtLeastAsync(segment, segment.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < segment.Length)
            {
                throw EndedEarly(stored);
            }

            staged?.TryAppend(segment.Span);
        }
    }

    private static async Task CopyAsync(StoredImage stored, StagedEntry staged, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BlockHashTable.BlockLength);
        try
        {
            for (var left = stored.Range.Length; left > 0 && !staged.IsBroken;)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(BlockHashTable.BlockLength, left));
                if (await stored.Content.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < piece.Length)
                {
                    throw EndedEarly(stored);
                }

                staged.TryAppend(piece.Span);
                left -= piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ImageCorruptedException EndedEarly(StoredImage stored) =>
        new($"Image '{stored.Info.Key}' ended before its {stored.Range.Length} bytes. Verify the store.") { Key = stored.Info.Key };
}
