using System.Collections.Concurrent;

namespace ImageStorage.FileSystem.Flushing;

/// <summary>
/// Threads for commits, which block in flushes for hundreds of microseconds and more. On the thread pool, concurrent
/// commits would wait for each other: it starts with a thread a core and adds one or two a second.
/// </summary>
/// <remarks>
/// A commit that is alone stays on its thread, which spares the hand-over.
/// </remarks>
internal static class CommitThreads
{
    private const int MostThreads = 64;
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(15);
    private static readonly ConcurrentQueue<Action> Waiting = new();
    private static readonly SemaphoreSlim Ready = new(0);
    private static int _alone;
    private static int _threads;
    private static int _idle;

    /// <summary>Runs a commit and answers what it answers.</summary>
    public static Task<T> RunAsync<T>(Func<T> commit)
    {
        if (Interlocked.CompareExchange(ref _alone, 1, 0) == 0)
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
                Volatile.Write(ref _alone, 0);
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

    /// <summary>Runs something on a commit thread; it must not throw.</summary>
    public static void Enqueue(Action work)
    {
        Waiting.Enqueue(work);
        if (Volatile.Read(ref _idle) < Waiting.Count && Interlocked.Increment(ref _threads) <= MostThreads)
        {
            new Thread(Work) { IsBackground = true, Name = "ImageStorage commit" }.Start();
        }
        else if (Volatile.Read(ref _threads) > MostThreads)
        {
            Interlocked.Decrement(ref _threads);
        }

        Ready.Release();
    }

    private static void Work()
    {
        while (true)
        {
            Interlocked.Increment(ref _idle);
            var ready = Ready.Wait(IdleTime);
            Interlocked.Decrement(ref _idle);
            if (ready && Waiting.TryDequeue(out var work))
            {
                work();
            }
            else if (!ready && Waiting.IsEmpty)
            {
                // Work is put into the queue before it is looked whether a thread is idle, so none can be left behind here.
                Interlocked.Decrement(ref _threads);
                return;
            }
        }
    }
}
