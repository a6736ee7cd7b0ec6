using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Runs merges in the background, one at a time in this process. A failed merge is logged and repeated with the next
/// request.
/// </summary>
internal sealed class MergeQueue(IndexMerger merger, ILogger logger, Action<Action> schedule) : IDisposable
{
    private readonly object _gate = new();
    private bool _isWanted;
    private bool _everything;
    private readonly CancellationTokenSource _closing = new();
    private bool _isRunning;

    /// <summary>Requests a merge of logs and short runs, or of everything.</summary>
    public void Request(bool everything = false)
    {
        lock (_gate)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            _isWanted = true;
            _everything |= everything;
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        schedule(RunAll);
    }

    /// <summary>
    /// Waits for the requested merges. Otherwise a process that saves many images and ends would leave all its logs to
    /// the readers. A rebuild, which takes long in a large store, is cancelled.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing.Cancel();
            while (_isRunning)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void RunAll()
    {
        while (Take() is { } everything)
        {
            try
            {
                merger.Merge(everything, _closing.Token);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                // The next process to open the store rebuilds the index.
            }
            catch (Exception exception)
            {
                // Any exception: no call waits for a merge, and without it the index is longer but complete.
                Log.MergeFailed(logger, exception);
            }
        }
    }

    private bool? Take()
    {
        lock (_gate)
        {
            if (!_isWanted)
            {
                _isRunning = false;
                Monitor.PulseAll(_gate);
                return null;
            }

            var everything = _everything;
            (_isWanted, _everything) = (false, false);
            return everything;
        }
    }
}
