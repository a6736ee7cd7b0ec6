using ImageStorage.Caching.Filling;
using ImageStorage.Caching.Memory;
using ImageStorage.Errors;

namespace ImageStorage.Caching;

internal sealed partial class CachingProvider
{
    /// <summary>Opens an image that is not there, or not known to be current.</summary>
    /// <param name="key">The image.</param>
    /// <param name="options">How to read it.</param>
    /// <param name="found">What is there, held; let go of here.</param>
    /// <param name="cancellationToken">Ends the wait of this caller.</param>
    private async Task<StoredImage?> OpenSlowlyAsync(ImageKey key, GetOptions? options, CachedImage? found, CancellationToken cancellationToken)
    {
        var isAccepted = found is null || Accepts(options, found);
        found?.Release();
        if (!isAccepted)
        {
            return await Inner.OpenReadAsync(key, options, cancellationToken).ConfigureAwait(false);
        }

        var fill = _fills.Join(key, _fill);
        try
        {
            var result = await fill.Outcome.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (result.Cached is { } image && Accepts(options, image))
            {
                image.TryHold();
                return Open(image, options);
            }

            return result is { Cached: null, Uncached: null } && options?.IfMatch is null
                ? null
                : await OpenUncachedAsync(fill, result, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await _fills.LeaveAsync(fill).ConfigureAwait(false);
        }
    }

    /// <summary>Opens an image past the cache: the one that the fill has opened, if it will do and nobody else has taken it.</summary>
    private async Task<StoredImage?> OpenUncachedAsync(Fill fill, FillResult result, GetOptions? options, CancellationToken cancellationToken) =>
        (options is null or { Range: null, IfMatch: null } ? fill.TakeUncached(result) : null)
        ?? await Inner.OpenReadAsync(fill.Key, options, cancellationToken).ConfigureAwait(false);

    private async Task<FillResult> FillAsync(Fill fill)
    {
        // Not under the lock of the table, and not on the time of whoever asked first.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return _memory.Peek(fill.Key) is { } known && await RevalidateAsync(fill, known).ConfigureAwait(false)
                ? new FillResult(known, null)
                : await ReadAsync(fill).ConfigureAwait(false);
        }
        finally
        {
            _fills.Detach(fill);
        }
    }

    /// <summary>Asks the provider whether it still has the version that is held here; lets go of it when it has not.</summary>
    private async Task<bool> RevalidateAsync(Fill fill, CachedImage known)
    {
        var isCurrent = false;
        try
        {
            if (IsFresh(known))
            {
                // Filled by another one between the miss and now.
                return isCurrent = true;
            }

            Interlocked.Increment(ref _revalidations);
            var asked = _clock.GetTimestamp();
            isCurrent = (await Inner.GetInfoAsync(fill.Key, fill.Abandoned).ConfigureAwait(false))?.ETag == known.Info.ETag;
            if (isCurrent)
            {
                _fills.Confirm(fill, known, asked);
            }

            return isCurrent;
        }
        finally
        {
            if (!isCurrent)
            {
                known.Release();
            }
        }
    }

    private async Task<FillResult> ReadAsync(Fill fill)
    {
        var asked = _clock.GetTimestamp();
        var stored = await Inner.OpenReadAsync(fill.Key, null, fill.Abandoned).ConfigureAwait(false);
        if (stored is null)
        {
            _fills.Drop(fill);
            return default;
        }

        if (_memory.TryReserve(stored.Info, stored.Range.Length) is not { } image)
        {
            _fills.Drop(fill);
            return new FillResult(null, stored);
        }

        await using (stored.ConfigureAwait(false))
        {
            try
            {
                await CopyAsync(stored, image, fill.Abandoned).ConfigureAwait(false);
            }
            catch
            {
                image.Release();
                throw;
            }
        }

        image.ConfirmedAt = asked;
        _fills.Publish(fill, image);
        return new FillResult(image, null);
    }

    private static async Task CopyAsync(StoredImage stored, CachedImage image, CancellationToken cancellationToken)
    {
        for (var index = 0; index < image.Segments.Length; index++)
        {
            var segment = image.Segments[index];
            if (await stored.Content.ReadAtLeastAsync(segment, segment.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < segment.Length)
            {
                throw new ImageCorruptedException($"Image '{stored.Info.Key}' ended before its {stored.Range.Length} bytes. Verify the store.") { Key = stored.Info.Key };
            }
        }
    }
}
