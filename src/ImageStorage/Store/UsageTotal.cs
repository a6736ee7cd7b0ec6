namespace ImageStorage.Store;

/// <summary>
/// The last count of a store, kept in this process. Callers that accept its age share one count, and a caller that leaves
/// does not end the count: the next caller gets the result. Thread-safe.
/// </summary>
internal sealed class UsageTotal(Func<CancellationToken, Task<StorageUsage>> count, TimeProvider clock) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Counted? _last;
    private Task<Counted>? _counting;

    /// <summary>Returns a total that is not older than the maximum age; counts if there is none.</summary>
    public async Task<StorageUsage> GetAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxAge, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        if (maxAge == TimeSpan.Zero)
        {
            return (await CountAsync(cancellationToken).ConfigureAwait(false)).Usage;
        }

        Task<Counted> counting;
        lock (_gate)
        {
            if (_last is { } last && clock.GetElapsedTime(last.At) <= maxAge)
            {
                return last.Usage;
            }

            if (_counting is not { IsCompleted: false })
            {
                _counting = CountInBackgroundAsync();
            }

            counting = _counting;
        }

        return (await counting.WaitAsync(cancellationToken).ConfigureAwait(false)).Usage;
    }

    /// <summary>Ends a count in the background.</summary>
    public void Dispose() => _closing.Cancel();

    private async Task<Counted> CountInBackgroundAsync()
    {
        // Leave the lock.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return await CountAsync(_closing.Token).ConfigureAwait(false);
    }

    private async Task<Counted> CountAsync(CancellationToken cancellationToken)
    {
        var (at, time) = (clock.GetTimestamp(), clock.GetUtcNow());
        var counted = new Counted((await count(cancellationToken).ConfigureAwait(false)) with { CountedAt = time }, at);
        lock (_gate)
        {
            if (_last is null || _last.At <= at)
            {
                _last = counted;
            }
        }

        return counted;
    }

    /// <param name="Usage">The total.</param>
    /// <param name="At">The beginning of the count, as a timestamp.</param>
    private sealed record Counted(StorageUsage Usage, long At);
}
