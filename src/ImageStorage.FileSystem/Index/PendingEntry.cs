using ImageStorage.FileSystem.Flushing;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The entry of an image that is not yet visible. While this is held no merge takes the log that has the entry. Disposed
/// without having been kept, the entry becomes a suspicion.
/// </summary>
internal sealed class PendingEntry(IndexWriter writer, IndexLog log, FlushRound? flush, IndexEntry entry) : IDisposable
{
    private bool _isVisible;
    private bool _isDisposed;

    /// <summary>Returns when the entry is durable.</summary>
    public void Wait()
    {
        if (flush is null)
        {
            return;
        }

        try
        {
            log.Flushes.Wait(flush);
        }
        catch
        {
            writer.Close(log);
            throw;
        }
    }

    /// <summary>The image is visible.</summary>
    public void MarkVisible() => _isVisible = true;

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            writer.CompleteSave(log, _isVisible ? null : entry);
        }
    }
}
