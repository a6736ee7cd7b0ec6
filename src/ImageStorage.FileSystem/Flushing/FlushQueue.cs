namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// The flushes of one file or folder. Concurrent callers share them: while a few flushes are running, a caller joins
/// the next flush, which covers all callers that have joined it.
/// </summary>
/// <param name="flush">The flush.</param>
/// <param name="isEndedByFailure">Whether nothing is flushed any more after a failed flush.</param>
/// <remarks>
/// A few flushes run at once, not one: the operating system merges flushes too, and a caller that waited for the end of
/// a running flush would wait half as long again. Each flush is a <see cref="FlushRound"/>. It is pending while callers
/// can join it. A waiting thread runs it, or a commit thread that starts it early. The end of a round wakes only its
/// waiters, and one waiter of the pending round, which runs it: with many writers, waking all of them at each end would
/// cost more than the flushes.
/// <para>
/// A failed flush is never repeated, because the operating system may have dropped the data and report success. Data of
/// the other callers may have been dropped as well if they came before the failure. Running rounds and the pending
/// round therefore share the failure.
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

    /// <summary>Joins the next flush. Call <see cref="Wait"/> to wait for it.</summary>
    public FlushRound Join() => Join(out _);

    /// <summary>
    /// Joins the next flush, and starts it on a commit thread if no flush is running. Call <see cref="Wait"/> to wait
    /// for it.
    /// </summary>
    public FlushRound Begin()
    {
        var round = Join(out var isIdle);
        if (isIdle)
        {
            CommitThreads.Enqueue(() => RunIfPending(round));
        }

        return round;
    }

    /// <summary>Returns when the flush has succeeded. Runs the flush if no other thread does.</summary>
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

                // A thread that makes room for a pending round wakes one of its waiters, after this lock is released.
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

            // No caller joins from here on: the flush may begin before its data is written.
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
            // All callers of the flush share its failure, whatever it is: only a flush that returned has succeeded.
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
