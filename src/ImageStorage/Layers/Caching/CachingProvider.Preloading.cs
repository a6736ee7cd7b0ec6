namespace ImageStorage.Caching;

internal sealed partial class CachingProvider
{
    private const int MaxConcurrency = 256;

    public async Task<PreloadResult> PreloadAsync(IEnumerable<ImageKey> keys, PreloadOptions? options = null, IProgress<PreloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        options ??= PreloadOptions.Default;
        if (options.MaxConcurrency is < 1 or > MaxConcurrency)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxConcurrency, $"PreloadOptions.MaxConcurrency must be 1 to {MaxConcurrency}.");
        }

        var tally = new PreloadTally(keys.TryGetNonEnumeratedCount(out var count) ? count : 0, progress);
        _preloads.Add(tally);
        try
        {
            await Parallel.ForEachAsync(
                keys,
                new ParallelOptions { MaxDegreeOfParallelism = options.MaxConcurrency, CancellationToken = cancellationToken },
                async (key, token) =>
                {
                    tally.Begin();
                    await PreloadAsync(key, tally, token).ConfigureAwait(false);
                    tally.End();
                }).ConfigureAwait(false);
            return tally.ToResult();
        }
        finally
        {
            _preloads.Remove(tally);
        }
    }

    private async Task PreloadAsync(ImageKey key, PreloadTally tally, CancellationToken cancellationToken)
    {
        if (_memory.Peek(key) is { } known)
        {
            var isFresh = IsFresh(known);
            known.Release();
            if (isFresh)
            {
                tally.Add(tally => tally.AlreadyCached++);
                return;
            }
        }

        var fill = _fills.Join(key, _fill);
        try
        {
            var result = await fill.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
            tally.Add(result switch
            {
                { IsMissing: true } => tally => tally.Missing++,
                { Cached: null, OnDisk: null } => tally => tally.NotCached++,
                { IsFromProvider: false } => tally => tally.AlreadyCached++,
                _ => tally => tally.AddLoaded(result.Cached?.Length ?? result.OnDisk!.Length),
            });
        }
        catch (ImageStorageException exception)
        {
            tally.Add(tally => tally.Failures.Add((key, exception)));
        }
        finally
        {
            await _fills.LeaveAsync(fill).ConfigureAwait(false);
        }
    }
}
