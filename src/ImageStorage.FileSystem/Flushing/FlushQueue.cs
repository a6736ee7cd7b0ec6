namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// The flushes of one thing. Callers that need one at the same time share it: while a few are under way, whoever comes
/// joins the one that begins next, which covers all that have joined it.
/// </summary>
/// <param name="flush">The flush.</param>
/// <param name="isEndedByFailure">Is nothing flushed any more once a flush has failed?</param>
/// <remarks>
/// A few, not one: the system merges flushes too, and somebody who had to wait for the end of a running one would wait
/// half as long again. Each flush is a <see cref="FlushRound"/>. It is pending while it can be joined, and is run by a
/// thread that waits for it or, begun ahead, by a commit thread. Who waits for a round is woken by its end and nothing else, but for the one that
/// has to run it: among many writers, waking all at each end costs more than the flushes.
/// <para>
/// A flush that failed is never tried again, as the system may have dropped what was to be written and report success. What the others
/// wait for may have been among it, if they had come before the failure, so they share it: in the rounds that run, and in the one that is pending.
/// </para>
/// </remarks>
internal sealed class FlushQueue(Action flush, bool isEndedByFailure = false)
{
    public const int MaxRunning = 4;
    private readonly Lock _gate = new();
    private readonly List<FlushRound> _open = new(MaxRunning + 1);
    private FlushRound? _pending;
    private Exception? _end;
    private int _running;

    /// <summary>Joins the flush that begins next; <see cref="Wait"/> for it.</summary>
    public FlushRound Join() => Join(out _);

    /// <summary>Joins the flush that begins next, and lets a commit thread begin it now if none is under way; <see cref="Wait"/> for it.</summary>
    public FlushRound Begin()
    {
        var round = Join(out var isIdle);
        if (isIdle)
        {
            CommitThreads.Enqueue(() => RunIfPending(round));
        }

        return round;
    }

    /// <summary>Returns when the flush has succeeded; runs it if nobody has begun to.</summary>
    public void Wait(FlushRound round)
    {
        while (true)
        {
            RunIfPending(round);
            lock (round)
            {
                if (round.State == FlushState.Done)
                {
                    break;
                }

                // Whoever makes room for a pending round wakes one of those who wait for it, after this has let go of it.
                if (round.State == FlushState.Running || Volatile.Read(ref _running) >= MaxRunning)
                {
                    Monitor.Wait(round);
                }
            }
        }

        round.ThrowIfFailed();
    }

    private FlushRound Join(out bool isIdle)
    {
        lock (_gate)
        {
            isIdle = _running == 0 && _pending is null;
            if (_pending is null)
            {
                _pending = new FlushRound { Failure = _end };
                _open.Add(_pending);
            }

            return _pending;
        }
    }

    private void RunIfPending(FlushRound round)
    {
        bool hasFailed;
        lock (_gate)
        {
            if (round.State != FlushState.Pending || _running >= MaxRunning)
            {
                return;
            }

            // From here on nobody joins it: the flush may begin before what they need to be covered is there.
            round.State = FlushState.Running;
            _pending = null;
            Volatile.Write(ref _running, _running + 1);
            hasFailed = round.Failure is not null;
        }

        Exception? failure = null;
        try
        {
            if (!hasFailed)
            {
                flush();
            }
        }
        catch (Exception exception)
        {
            // Everybody who shares the flush shares its failure, whatever it is: only a flush that returned is one.
            failure = exception;
        }

        End(round, failure);
    }

    private void End(FlushRound round, Exception? failure)
    {
        FlushRound? next;
        lock (_gate)
        {
            if (failure is not null)
            {
                _open.ForEach(open => open.Failure ??= failure);
                _end = isEndedByFailure ? failure : null;
            }

            _open.Remove(round);
            Volatile.Write(ref _running, _running - 1);
            next = _pending;
        }

        lock (round)
        {
            round.State = FlushState.Done;
            Monitor.PulseAll(round);
        }

        if (next is not null)
        {
            lock (next)
            {
                Monitor.Pulse(next);
            }
        }
    }
}
