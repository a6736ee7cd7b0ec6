using ImageStorage.FileSystem.Flushing;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The entry of an image that is not visible yet. Until it is disposed, no merge takes its log. If it is disposed
/// without <see cref="MarkVisible"/>, a stale marker is appended for the entry.
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

    /// <summary>Records that the image is visible.</summary>
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
