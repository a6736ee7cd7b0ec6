using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Makes the entries of folders durable. Callers that need the same folder at the same time share flushes: whoever
/// comes while one is running waits for the next one, which covers all that wait.
/// </summary>
internal sealed class DirectoryFlusher(IVolume volume)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue> _queues = new(StringComparer.Ordinal);

    /// <summary>Returns when a flush that began after this call has succeeded.</summary>
    public void Flush(string directory)
    {
        Queue queue;
        lock (_gate)
        {
            if (!_queues.TryGetValue(directory, out queue!))
            {
                _queues.Add(directory, queue = new Queue());
            }

            queue.Users++;
        }

        try
        {
            FlushShared(queue, directory);
        }
        finally
        {
            lock (_gate)
            {
                if (--queue.Users == 0)
                {
                    _queues.Remove(directory);
                }
            }
        }
    }

    private void FlushShared(Queue queue, string directory)
    {
        Round round;
        lock (queue)
        {
            if (queue.Running is null)
            {
                queue.Running = round = new Round();
            }
            else
            {
                // The running flush may have begun before the caller's entry was there: it does not count.
                round = queue.Next ??= new Round();
                while (!round.Done && queue.Running is not null)
                {
                    Monitor.Wait(queue);
                }

                if (round.Done)
                {
                    round.ThrowIfFailed();
                    return;
                }

                (queue.Running, queue.Next) = (round, null);
            }
        }

        try
        {
            volume.FlushDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Everybody who shares the flush shares its failure.
            round.Failure = exception;
        }
        finally
        {
            lock (queue)
            {
                round.Done = true;
                queue.Running = null;
                Monitor.PulseAll(queue);
            }
        }

        round.ThrowIfFailed();
    }

    private sealed class Queue
    {
        public int Users { get; set; }

        public Round? Running { get; set; }

        public Round? Next { get; set; }
    }

    private sealed class Round
    {
        public bool Done { get; set; }

        public Exception? Failure { get; set; }

        public void ThrowIfFailed()
        {
            if (Failure is not null)
            {
                throw new IOException(Failure.Message, Failure) { HResult = Failure.HResult };
            }
        }
    }
}
