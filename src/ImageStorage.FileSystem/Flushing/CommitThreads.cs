namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Threads for commits, which block in flushes for hundreds of microseconds and more. On the thread pool, concurrent
/// commits would wait for each other: it starts with a thread a core and adds one or two a second. The first commit at a
/// time stays where it is, so that an application that saves one image after another pays no hand-over.
/// </summary>
internal static class CommitThreads
{
    private const int MostThreads = 64;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(15);
    private static readonly object Gate = new();
    private static readonly Queue<Action> Waiting = new();
    private static int _inline;
    private static int _threads;
    private static int _idle;

    /// <summary>Runs a commit and answers what it answers.</summary>
    public static Task<T> RunAsync<T>(Func<T> commit)
    {
        if (Interlocked.CompareExchange(ref _inline, 1, 0) == 0)
        {
            try
            {
                return Task.FromResult(commit());
            }
            catch (Exception exception)
            {
                // Handed to whoever awaits, as it is when the commit runs on another thread.
                return Task.FromException<T>(exception);
            }
            finally
            {
                Volatile.Write(ref _inline, 0);
            }
        }

        // Continuations must not run on a commit thread: they are the application's.
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(() =>
        {
            try
            {
                completion.SetResult(commit());
            }
            catch (Exception exception)
            {
                completion.SetException(exception);
            }
        });
        return completion.Task;
    }

    private static void Enqueue(Action work)
    {
        lock (Gate)
        {
            Waiting.Enqueue(work);
            if (_idle >= Waiting.Count)
            {
                Monitor.Pulse(Gate);
            }
            else if (_threads < MostThreads)
            {
                _threads++;
                new Thread(Work) { IsBackground = true, Name = "ImageStorage commit" }.Start();
            }
        }
    }

    private static void Work()
    {
        while (true)
        {
            Action work;
            lock (Gate)
            {
                while (Waiting.Count == 0)
                {
                    _idle++;
                    var pulsed = Monitor.Wait(Gate, IdleTime);
                    _idle--;
                    if (!pulsed && Waiting.Count == 0)
                    {
                        _threads--;
                        return;
                    }
                }

                work = Waiting.Dequeue();
            }

            work();
        }
    }
}
