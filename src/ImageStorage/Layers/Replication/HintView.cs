namespace ImageStorage.Replication;

/// <summary>
/// What this process knows of a store that another one has to catch up with, such as the fallback: surely nothing waits there (until the lease is over), or something may. While nothing waits,
/// a call costs one look at the clock and none at the fallback.
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

    /// <summary>Is there surely nothing on the fallback that the primary does not know?</summary>
    /// <exception cref="StorageUnavailableException">The fallback cannot be asked, and nothing was known of it before.</exception>
    public ValueTask<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        IsKnownEmpty() ? new(true)
        : Volatile.Read(ref _pendingUntil) is var pending && pending != Never && clock.GetTimestamp() < pending ? new(false)
        : new(LookAsync(cancellationToken));

    /// <summary>Is it known, without a look at the fallback, that nothing waits there?</summary>
    public bool IsKnownEmpty() => Volatile.Read(ref _emptyUntil) is var until && (until == long.MaxValue || (until != Never && clock.GetTimestamp() < until));

    /// <summary>Did nothing wait when the fallback was last seen? That is what counts while it cannot be asked.</summary>
    public bool IsAssumedEmpty
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
    /// Runs the write of a note. From before it on something may wait, so that no failure can hide it; and from behind it on again, since somebody may have looked
    /// in between, before the note was there, and have seen nothing.
    /// </summary>
    public async Task<T> NoteAsync<T>(Func<Task<T>> write)
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

    /// <summary>Looks again at the next call, though something waited a moment ago.</summary>
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

    private async Task<bool> LookAsync(CancellationToken cancellationToken)
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
                // Nothing waited when it was last seen. A fallback that is down can be handed nothing: the primary is right.
                isEmpty = true;
            }

            lock (_gate)
            {
                // A note that was begun meanwhile may have come behind the look.
                isEmpty = isEmpty && generation == _generation;
                _wasEmpty = isEmpty;

                // Believing for a while that something waits costs a look at its note for each call, and can never be wrong.
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
