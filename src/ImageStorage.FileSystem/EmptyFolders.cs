using ImageStorage.FileSystem.Flushing;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem;

/// <summary>
/// Removes empty folders of the tree of images in the background. A delete removes the folders that it empties itself.
/// The remaining empty folders come from crashes and failed saves. Every walk of the tree reports the empty folders
/// that it visits, so that the next walk is shorter.
/// </summary>
/// <param name="directories">Removes the folders.</param>
/// <param name="root">The folder that is never removed.</param>
/// <param name="logger">Receives failures.</param>
/// <param name="schedule">Runs the removal in the background, or at once in tests.</param>
internal sealed class EmptyFolders(DurableDirectories directories, string root, ILogger logger, Action<Action> schedule) : IDisposable
{
    // The next walk reports the folders that do not fit into the queue.
    private const int MaxPending = 16 * 1024;

    private readonly object _gate = new();
    private readonly Queue<string> _pending = new();
    private bool _isRunning;
    private bool _isDisposed;

    /// <summary>
    /// Queues a folder that was empty a moment ago for removal. A folder with content is not removed.
    /// </summary>
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

    /// <summary>
    /// Removes a folder of images if it is empty, and then the folders above that became empty. A failure is only
    /// logged, because no call depends on the removal.
    /// </summary>
    public void Remove(string folder) => Remove(folder, root);

    /// <summary>
    /// Removes a folder of another tree if it is empty, and then the folders above that became empty.
    /// </summary>
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

    /// <summary>Discards the queue and waits for the removal in progress.</summary>
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
