namespace ImageStorage.Replication;

/// <summary>
/// What this process knows of a provider whose hints concern other providers, such as a fallback: that it has no hints,
/// until a lease ends, or that it may have some. While it has none, a call reads the clock and does not ask the
/// provider.
/// </summary>
internal sealed class HintView(Func<CancellationToken, Task<bool>> look, bool isShared, TimeSpan lease, TimeProvider clock) : IDisposable
{
    private const long Never = long.MinValue;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _refreshing = new(1);
    private long _emptyUntil = Never;
    private long _generation;
    private long _pendingUntil = Never;
    private bool _wasEmpty;

    /// <summary>Returns whether the provider has no hints; asks it if the lease has ended.</summary>
    /// <exception cref="StorageUnavailableException">
    /// The provider is unavailable, and not known to be empty.
    /// </exception>
    public ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        IsEmptyWithinLease() ? new(true)
        : Volatile.Read(ref _pendingUntil) is var pending && pending != Never && clock.GetTimestamp() < pending ? new(false)
        : new(RefreshAsync(cancellationToken));

    /// <summary>Returns whether the provider has no hints, within the lease and without asking it.</summary>
    public bool IsEmptyWithinLease() => Volatile.Read(ref _emptyUntil) is var until && (until == long.MaxValue || (until != Never && clock.GetTimestamp() < until));

    /// <summary>
    /// Gets a value that indicates whether the provider had no hints when it was last reached. Counts while it is
    /// unavailable.
    /// </summary>
    public bool IsKnownToBeEmpty
    {
        get
        {
            lock (_gate)
            {
                return _wasEmpty;
            }
        }
    }

    /// <summary>
    /// Runs the write of a hint. Hints may exist from before the write on, so that no failure can hide the hint; and
    /// again after it, because a concurrent look may have seen the provider empty before the hint was written.
    /// </summary>
    public async Task<T> WriteHintAsync<T>(Func<Task<T>> write)
    {
        MarkPending();
        try
        {
            return await write().ConfigureAwait(false);
        }
        finally
        {
            MarkPending();
        }
    }

    /// <summary>Makes the next call ask the provider, although hints existed a moment ago.</summary>
    public void Expire() => Volatile.Write(ref _pendingUntil, Never);

    public void Dispose() => _refreshing.Dispose();

    private void MarkPending()
    {
        lock (_gate)
        {
            _generation++;
            _wasEmpty = false;
            Volatile.Write(ref _emptyUntil, Never);
        }
    }

    private async Task<bool> RefreshAsync(CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var started = clock.GetTimestamp();
            bool wasEmpty;
            long generation;
            lock (_gate)
            {
                if (_emptyUntil != Never && started < _emptyUntil)
                {
                    return true;
                }

                (wasEmpty, generation) = (_wasEmpty, _generation);
            }

            bool isEmpty;
            try
            {
                isEmpty = await look(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException) when (wasEmpty)
            {
                // The provider had no hints when it was last reached, and an unavailable provider accepts none.
                isEmpty = true;
            }

            lock (_gate)
            {
                // A hint whose write began meanwhile may have been written after the look.
                isEmpty = isEmpty && generation == _generation;
                _wasEmpty = isEmpty;

                // Assuming for a while that hints exist costs each call one read of its hint, and can never be wrong.
                Volatile.Write(ref _pendingUntil, isEmpty ? Never : started + Ticks(lease));
                Volatile.Write(ref _emptyUntil, !isEmpty ? Never : isShared ? started + Ticks(lease) : long.MaxValue);
            }

            return isEmpty;
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
