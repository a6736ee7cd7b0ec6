namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// The flushes of one thing. Callers that need one at the same time share it: while a few are under way, whoever comes
/// joins the one that begins next, which covers all that have joined it.
/// </summary>
/// <remarks>
/// A few, not one: the system merges flushes too, and somebody who had to wait for the end of a running one would wait
/// half as long again. Each flush is a <see cref="FlushRound"/>. It is pending while it can be joined, and is run by a
/// thread that waits for it or, begun ahead, by a commit thread.
/// </remarks>
internal sealed class FlushQueue(Action flush)
{
    public const int MostRunning = 4;
    private readonly object _gate = new();
    private FlushRound? _pending;
    private int _running;

    /// <summary>Joins the flush that begins next; <see cref="Wait"/> for it.</summary>
    public FlushRound Join() => Join(out _);

    /// <summary>Joins the flush that begins next, and lets a commit thread begin it now if none is under way; <see cref="Wait"/> for it.</summary>
    public FlushRound Begin()
    {
        var round = Join(out var isQuiet);
        if (isQuiet)
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
            lock (_gate)
            {
                if (round.State == FlushState.Done)
                {
                    break;
                }

                if (round.State == FlushState.Running || _running >= MostRunning)
                {
                    Monitor.Wait(_gate);
                }
            }
        }

        round.ThrowIfFailed();
    }

    private FlushRound Join(out bool isQuiet)
    {
        lock (_gate)
        {
            isQuiet = _running == 0 && _pending is null;
            return _pending ??= new FlushRound();
        }
    }

    private void RunIfPending(FlushRound round)
    {
        lock (_gate)
        {
            if (round.State != FlushState.Pending || _running >= MostRunning)
            {
                return;
            }

            // From here on nobody joins it: the flush may begin before what they need to be covered is there.
            round.State = FlushState.Running;
            _pending = null;
            _running++;
        }

        try
        {
            flush();
        }
        catch (Exception exception)
        {
            // Everybody who shares the flush shares its failure, whatever it is: only a flush that returned is one.
            round.Failure = exception;
        }
        finally
        {
            lock (_gate)
            {
                round.State = FlushState.Done;
                _running--;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
