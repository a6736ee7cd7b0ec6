using System.Text;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Appends to the log of this open store. Starts a new log when the current one is full, or when a write or flush of it
/// has failed.
/// </summary>
/// <param name="volume">The volume of the store.</param>
/// <param name="files">The files of the index.</param>
/// <param name="directories">Makes the folder durable.</param>
/// <param name="durability">Whether entries are flushed.</param>
/// <param name="limits">The maximum length of a log.</param>
/// <param name="logger">Receives stale markers that could not be written.</param>
/// <param name="logEnded">Called when a log can be merged.</param>
internal sealed class IndexWriter(IVolume volume, IndexFiles files, DurableDirectories directories, Durability durability, IndexLimits limits, ILogger logger, Action logEnded) : IDisposable
{
    private readonly Lock _gate = new();
    private IndexLog? _log;

    /// <summary>Appends an entry, which is visible to others from now on, and starts its flush.</summary>
    public PendingEntry Append(IndexEntry entry)
    {
        IndexLog log;
        bool hasEnded;
        lock (_gate)
        {
            log = AppendLocked(entry, isStaleMarker: false, out hasEnded);
            log.PendingSaves++;
        }

        NotifyIf(hasEnded);
        return new PendingEntry(this, log, durability == Durability.Full ? log.Flushes.Begin() : null, entry);
    }

    /// <summary>Appends a stale marker. Only a merge needs it, so a failure is only logged.</summary>
    public void TryAppendStaleMarker(IndexEntry entry)
    {
        var hasEnded = false;
        lock (_gate)
        {
            TryAppendStaleMarkerLocked(entry, ref hasEnded);
        }

        NotifyIf(hasEnded);
    }

    /// <summary>Completes a save that has an entry in a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="useless">The entry, if it has no image.</param>
    public void CompleteSave(IndexLog log, IndexEntry? useless)
    {
        var hasEnded = false;
        lock (_gate)
        {
            if (useless is { } entry)
            {
                TryAppendStaleMarkerLocked(entry, ref hasEnded);
            }

            log.PendingSaves--;
            hasEnded |= EndIfDoneLocked(log);
        }

        NotifyIf(hasEnded);
    }

    /// <summary>Closes a log after a failed write or flush: a later record may never be read.</summary>
    public void Close(IndexLog log)
    {
        bool hasEnded;
        lock (_gate)
        {
            hasEnded = CloseLocked(log);
        }

        NotifyIf(hasEnded);
    }

    /// <summary>Closes the current log, so that it can be merged.</summary>
    public void CloseCurrent()
    {
        lock (_gate)
        {
            if (_log is { } log)
            {
                CloseLocked(log);
            }
        }
    }

    public void Dispose() => CloseCurrent();

    private IndexLog AppendLocked(IndexEntry entry, bool isStaleMarker, out bool hasEnded)
    {
        hasEnded = false;
        Span<byte> key = stackalloc byte[ImageKey.MaxBytes];
        var record = new IndexRecord(entry.CreatedAt.UtcTicks, key[..Encoding.UTF8.GetBytes(entry.Key.Value, key)], isStaleMarker);
        if (_log is { } full && full.Length + LogFormat.MagicLength + LogFormat.MaxRecordLength > limits.LogLength)
        {
            hasEnded = CloseLocked(full);
        }

        var log = _log ??= OpenLocked();
        try
        {
            log.Append(record);
            return log;
        }
        catch
        {
            hasEnded |= CloseLocked(log);
            throw;
        }
    }

    private void TryAppendStaleMarkerLocked(IndexEntry entry, ref bool hasEnded)
    {
        try
        {
            AppendLocked(entry, isStaleMarker: true, out var ended);
            hasEnded |= ended;
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            Log.EntryLeft(logger, exception);
        }
    }

    private IndexLog OpenLocked()
    {
        IndexLog? log = null;
        directories.WithFolder(files.Folder, () => log = Create());
        try
        {
            directories.Flush(files.Folder);
            return log!;
        }
        catch
        {
            log!.Dispose();
            throw;
        }
    }

    private IndexLog Create()
    {
        while (true)
        {
            var id = Guid.CreateVersion7().ToString("N");
            VolumeLock? owner = volume.OpenLock(files.Owner(id));
            try
            {
                // Between the creation of the file and the lock, a merge may have deleted the file as that of a dead
                // process.
                if (owner.TryEnter() && volume.FileExists(files.Owner(id)))
                {
                    var file = volume.CreateNew(files.Log(id), 0);
                    if (IsInThisStore(id, file))
                    {
                        var log = new IndexLog(file, owner);
                        owner = null;
                        return log;
                    }

                    file.Dispose();
                }
            }
            finally
            {
                owner?.Dispose();
            }
        }
    }

    /// <summary>
    /// Returns <see langword="true"/> if a new log and its lock are in this store. Entries in another store, which was
    /// at the path for a moment, would be lost.
    /// </summary>
    private bool IsInThisStore(string id, VolumeFile file)
    {
        try
        {
            files.Confirm();
            return volume.FileExists(files.Owner(id)) && volume.FileExists(files.Log(id));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private bool CloseLocked(IndexLog log)
    {
        log.IsClosed = true;
        _log = _log == log ? null : _log;
        return EndIfDoneLocked(log);
    }

    private static bool EndIfDoneLocked(IndexLog log)
    {
        if (!log.IsClosed || log.PendingSaves > 0 || log.IsDisposed)
        {
            return false;
        }

        log.Dispose();
        return true;
    }

    private void NotifyIf(bool hasEnded)
    {
        if (hasEnded)
        {
            logEnded();
        }
    }
}
