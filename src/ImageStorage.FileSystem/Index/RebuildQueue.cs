using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Rebuilds the index in the background, once for all callers that need it. A caller that stops waiting does not end
/// the rebuild, because the next listing needs the result too. Only the disposal of the store ends it; the next process
/// starts again.
/// </summary>
/// <param name="rebuilder">Rebuilds the runs.</param>
/// <param name="schedule">Runs the rebuild in the background, or at once in tests.</param>
/// <param name="logger">Receives failures, because no caller may be waiting.</param>
/// <param name="rebuilt">Called after each successful rebuild.</param>
internal sealed class RebuildQueue(IndexRebuilder rebuilder, Action<Action> schedule, ILogger logger, Action rebuilt) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource? _running;

    /// <summary>Starts a rebuild unless one is in progress. The task ends with that rebuild.</summary>
    /// <param name="damaged">The manifest whose runs are damaged; <see langword="null"/> if the manifest is damaged or
    /// missing.</param>
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

    /// <summary>Cancels a rebuild in progress and waits until it has stopped.</summary>
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
            // Thrown to all callers that wait for this rebuild.
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

        // Observes the exception. A failure that no caller waits for is in the log.
        _ = run.Task.Exception;
    }
}
