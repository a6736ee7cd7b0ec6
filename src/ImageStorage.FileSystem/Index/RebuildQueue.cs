using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Makes the index again in the background, once for all callers that need it. A caller that stops waiting does not end the rebuild: the next listing
/// needs its result as well. Only the disposal of the store ends it, and the next process begins again.
/// </summary>
/// <param name="rebuilder">Makes the runs again.</param>
/// <param name="schedule">Runs the rebuild beside the caller; in tests also at once.</param>
/// <param name="logger">Where a failure is reported that no caller may wait for.</param>
/// <param name="rebuilt">Called after each successful rebuild.</param>
internal sealed class RebuildQueue(IndexRebuilder rebuilder, Action<Action> schedule, ILogger logger, Action rebuilt) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource? _running;

    /// <summary>Begins a rebuild unless one is under way; the task ends with that rebuild.</summary>
    /// <param name="damaged">The manifest whose runs are damaged; null when it is the manifest.</param>
    public Task Request(IndexManifest? damaged)
    {
        TaskCompletionSource run;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(FileSystemImageProvider));
            if (_running is not null)
            {
                return _running.Task;
            }

            _running = run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        schedule(() => Run(run, damaged));
        return run.Task;
    }

    /// <summary>Ends a rebuild under way, and returns when it has stopped.</summary>
    public void Dispose()
    {
        Task? running;
        lock (_gate)
        {
            _closing.Cancel();
            running = _running?.Task;
        }

        ((IAsyncResult?)running)?.AsyncWaitHandle.WaitOne();
    }

    private void Run(TaskCompletionSource run, IndexManifest? damaged)
    {
        Exception? failure = null;
        try
        {
            rebuilder.Rebuild(damaged, _closing.Token);
            rebuilt();
        }
        catch (Exception exception)
        {
            // Handed to all callers that wait for this rebuild.
            failure = exception;
        }

        lock (_gate)
        {
            _running = null;
        }

        switch (failure)
        {
            case null:
                run.SetResult();
                break;
            case OperationCanceledException:
                run.SetException(new ObjectDisposedException(nameof(FileSystemImageProvider)));
                break;
            default:
                Log.RebuildFailed(logger, failure);
                run.SetException(failure);
                break;
        }

        // A failure that no caller waits for is in the log.
        _ = run.Task.Exception;
    }
}
