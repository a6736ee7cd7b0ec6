using ImageStorage.FileSystem.Flushing;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>
/// Removes empty folders of the tree of images in the background. A delete removes what it empties by itself; left are the folders of a crash, of a save that
/// failed, and of stores that were used by an earlier version. Whatever walks the tree reports the empty folders that it meets, so that the next walk is shorter.
/// </summary>
/// <param name="directories">Removes them.</param>
/// <param name="root">The folder that stays.</param>
/// <param name="logger">Where a failure is reported.</param>
/// <param name="schedule">Runs the removal, beside the caller or at once.</param>
internal sealed class EmptyFolders(DurableDirectories directories, string root, ILogger logger, Action<Action> schedule) : IDisposable
{
    // What does not fit is met by the next walk.
    private const int MaxPending = 16 * 1024;

    private readonly object _gate = new();
    private readonly Queue<string> _pending = new();
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>Asks for the removal of a folder that was empty a moment ago. One that is not any more stays.</summary>
    public void Add(string folder)
    {
        lock (_gate)
        {
            if (_isDisposed || _pending.Count >= MaxPending)
            {
                return;
            }

            _pending.Enqueue(folder);
            if (_isRunning)
            {
                return;
            }

            _isRunning = true;
        }

        schedule(RemoveAll);
    }

    /// <summary>Removes a folder of images if it is empty, and those above it that are empty then. No call depends on that, so a failure is only reported.</summary>
    public void Remove(string folder) => Remove(folder, root);

    /// <summary>Does the same in another tree.</summary>
    public void Remove(string folder, string treeRoot)
    {
        try
        {
            directories.RemoveEmpty(folder, treeRoot);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            Log.EmptyFolderLeft(logger, exception);
        }
    }

    /// <summary>Drops what is waiting, and waits for the removal under way.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _pending.Clear();
            while (_isRunning)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    private void RemoveAll()
    {
        while (Take() is { } folder)
        {
            Remove(folder);
        }
    }

    private string? Take()
    {
        lock (_gate)
        {
            if (_pending.TryDequeue(out var folder))
            {
                return folder;
            }

            _isRunning = false;
            Monitor.PulseAll(_gate);
            return null;
        }
    }
}
