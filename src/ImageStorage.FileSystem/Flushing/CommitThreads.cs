namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Threads for commits, which block in flushes for hundreds of microseconds and more. On the thread pool, concurrent
/// commits would delay each other: the pool starts with one thread per core and adds one or two a second.
/// </summary>
/// <remarks>
/// A single commit stays on its thread, which spares the hand-over. Idle threads wait without spinning, because the
/// cores belong to threads with work.
/// </remarks>
internal static class CommitThreads
{
    private const int MaxThreads = 64;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(15);
    private static readonly object Gate = new();
    private static readonly Queue<Action> Waiting = new();
    private static int _alone;
    private static int _threads;
    private static int _idle;

    /// <summary>
    /// Gets a value that indicates whether a commit is running, so that another one would be handed over.
    /// </summary>
    public static bool AreBusy => Volatile.Read(ref _alone) != 0;

    /// <summary>Runs a commit and returns its result.</summary>
    /// <param name="commit">The commit.</param>
    /// <param name="mayRunInline">Whether a single commit may run on the calling thread. Pass <see langword="false"/>
    /// where the caller of the library would be blocked.</param>
    public static Task<T> RunAsync<T>(Func<T> commit, bool mayRunInline = true)
    {
        if (mayRunInline && Interlocked.CompareExchange(ref _alone, 1, 0) == 0)
        {
            try
            {
                return Task.FromResult(commit());
            }
            catch (Exception exception)
            {
                // Thrown when the task is awaited, as if the commit had run on another thread.
                return Task.FromException<T>(exception);
            }
            finally
            {
                Volatile.Write(ref _alone, 0);
            }
        }

        // Continuations are code of the application and must not run on a commit thread.
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

    /// <summary>Runs work on a commit thread. The work must not throw.</summary>
    public static void Enqueue(Action work)
    {
        lock (Gate)
        {
            Waiting.Enqueue(work);
            if (_idle >= Waiting.Count)
            {
                Monitor.Pulse(Gate);
            }
            else if (_threads < MaxThreads)
            {
                _threads++;
                new Thread(Work) { IsBackground = true, Name = "ImageStorage commit" }.Start();
            }
        }
    }

    private static void Work()
    {
        while (Take() is { } work)
        {
            work();
        }
    }

    /// <summary>
    /// Returns the next piece of work, or <see langword="null"/> after the idle time, when the thread ends.
    /// </summary>
    private static Action? Take()
    {
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
                    return null;
                }
            }

            return Waiting.Dequeue();
        }
    }
}
