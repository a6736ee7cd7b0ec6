using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Makes the entries of folders durable. Callers that need the same folder at the same time share flushes: while a few
/// are under way, whoever comes joins the one that begins next, which covers all that have joined it.
/// </summary>
/// <remarks>
/// A few, not one: the system merges flushes too, and somebody who had to wait for the end of a running one would wait
/// half as long again. Each flush is a <see cref="Round"/>. It is pending while it can be joined, and is run by a thread
/// that waits for it or, begun ahead, by a commit thread.
/// </remarks>
internal sealed class DirectoryFlusher(IVolume volume)
{
    private const int MostRunning = 4;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue> _queues = new(StringComparer.Ordinal);

    /// <summary>Returns when a flush that began after this call has succeeded.</summary>
    public void Flush(string directory) => Wait(Join(directory, out _));

    /// <summary>Begins a flush on another thread; <see cref="Wait"/> for it.</summary>
    public Round Begin(string directory)
    {
        var round = Join(directory, out var startNow);
        if (startNow)
        {
            CommitThreads.Enqueue(() => RunIfPending(round));
        }

        return round;
    }

    /// <summary>Returns when the flush has succeeded; runs it if nobody has begun to.</summary>
    public void Wait(Round round)
    {
        var queue = round.Queue;
        while (true)
        {
            RunIfPending(round);
            lock (queue)
            {
                if (round.State == RoundState.Done)
                {
                    break;
                }

                if (round.State == RoundState.Running || queue.Running >= MostRunning)
                {
                    Monitor.Wait(queue);
                }
            }
        }

        Leave(queue);
        round.ThrowIfFailed();
    }

    private Round Join(string directory, out bool startNow)
    {
        Queue? queue;
        lock (_gate)
        {
            if (!_queues.TryGetValue(directory, out queue))
            {
                _queues.Add(directory, queue = new Queue(directory));
            }

            queue.Users++;
        }

        lock (queue)
        {
            startNow = queue.Running < MostRunning && queue.Pending is null;
            return queue.Pending ??= new Round(queue);
        }
    }

    private void Leave(Queue queue)
    {
        lock (_gate)
        {
            if (--queue.Users == 0)
            {
                _queues.Remove(queue.Directory);
            }
        }
    }

    private void RunIfPending(Round round)
    {
        var queue = round.Queue;
        lock (queue)
        {
            if (round.State != RoundState.Pending || queue.Running >= MostRunning)
            {
                return;
            }

            // From here on nobody joins it: the flush may begin before their entry is there.
            round.State = RoundState.Running;
            queue.Pending = null;
            queue.Running++;
        }

        try
        {
            volume.FlushDirectory(queue.Directory);
        }
        catch (Exception exception)
        {
            // Everybody who shares the flush shares its failure, whatever it is: only a flush that returned is one.
            round.Failure = exception;
        }
        finally
        {
            lock (queue)
            {
                round.State = RoundState.Done;
                queue.Running--;
                Monitor.PulseAll(queue);
            }
        }
    }

    internal enum RoundState
    {
        Pending,
        Running,
        Done,
    }

    internal sealed class Queue(string directory)
    {
        public string Directory { get; } = directory;

        public int Users { get; set; }

        public int Running { get; set; }

        public Round? Pending { get; set; }
    }

    /// <summary>One flush of a folder, for all who joined it.</summary>
    internal sealed class Round(Queue queue)
    {
        public Queue Queue { get; } = queue;

        public RoundState State { get; set; }

        public Exception? Failure { get; set; }

        public void ThrowIfFailed()
        {
            if (Failure is not null)
            {
                throw Failure is UnauthorizedAccessException ? new UnauthorizedAccessException(Failure.Message, Failure) : new IOException(Failure.Message, Failure) { HResult = Failure.HResult };
            }
        }
    }
}
