using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>Runs merges beside the saves, one at a time in this process. One that fails is reported and done again when the next is asked for.</summary>
internal sealed class MergeQueue(IndexMerger merger, ILogger logger, Action<Action> schedule) : IDisposable
{
    private readonly object _gate = new();
    private bool _isWanted;
    private bool _everything;
    private readonly CancellationTokenSource _closing = new();
    private bool _isRunning;

    /// <summary>Asks for a merge of what is worth it, or of everything.</summary>
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
    /// Waits for the end of what was asked for, or a process that saves much and ends would leave all its logs to the readers. A rebuild, which takes long in a
    /// large store, is ended instead.
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
                // The next process to open the store makes the index again.
            }
            catch (Exception exception)
            {
                // Whatever it is: no call waits for a merge, and without it the index is longer but whole.
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
