namespace ImageStorage;

public sealed partial class ImageStorageManager
{
    private const int MaxConcurrency = 256;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SaveResult>> SaveManyAsync(IEnumerable<SaveRequest> requests, BatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return await RunBatchAsync(
            requests,
            options,
            async (request, token) => new SaveResult { Key = request.Key, Info = await SaveOneAsync(request, token).ConfigureAwait(false) },
            (request, error) => new SaveResult { Key = request.Key, Error = error },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeleteResult>> DeleteManyAsync(IEnumerable<ImageKey> keys, BatchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return await RunBatchAsync(
            keys,
            options,
            async (key, token) => new DeleteResult { Key = key, Existed = await DeleteAsync(key, null, token).ConfigureAwait(false) },
            (key, error) => new DeleteResult { Key = key, Existed = false, Error = error },
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImageInfo> SaveOneAsync(SaveRequest request, CancellationToken cancellationToken)
    {
        var content = await request.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await SaveAsync(request.Key, content, request.Options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (request.OwnsContent)
            {
                await content.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async Task<IReadOnlyList<TResult>> RunBatchAsync<TItem, TResult>(
        IEnumerable<TItem> items, BatchOptions? options, Func<TItem, CancellationToken, Task<TResult>> run, Func<TItem, Exception, TResult> fail, CancellationToken cancellationToken)
    {
        var concurrency = (options ?? BatchOptions.Default).MaxConcurrency;
        if (concurrency is < 1 or > MaxConcurrency)
        {
            throw new ArgumentOutOfRangeException(nameof(options), concurrency, $"BatchOptions.MaxConcurrency must be 1 to {MaxConcurrency}.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        TItem[] work = [.. items];
        if (Array.FindIndex(work, item => item is null) is var missing and >= 0)
        {
            throw new ArgumentException($"The request at position {missing} of the batch is null.", nameof(items));
        }

        var results = new TResult[work.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, work.Length, parallel, async (i, token) =>
        {
            try
            {
                results[i] = await run(work[i], token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !token.IsCancellationRequested)
            {
                // The boundary of one item: any exception is the result of this item and must not stop the others.
                results[i] = fail(work[i], exception);
            }
        }).ConfigureAwait(false);
        return results;
    }
}
