using System.Text;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The index at one moment: all logs, and the runs that the manifest names.</summary>
internal sealed class IndexSnapshot : IDisposable
{
    private readonly List<IndexCursor> _cursors = [];

    private IndexSnapshot()
    {
    }

    /// <summary>Gets the manifest of the snapshot.</summary>
    public IndexManifest Manifest { get; private set; } = new([]);

    /// <exception cref="IndexDamagedException">The manifest is missing or damaged.</exception>
    public static IndexSnapshot Open(IVolume volume, IndexFiles files)
    {
        var snapshot = new IndexSnapshot();
        try
        {
            // First the logs, then the manifest: a log that disappears in between is in a run that the later manifest
            // names. In the other order its entries could be missed.
            foreach (var id in files.Read().Logs)
            {
                if (LogCursor.Open(volume, files.Log(id)) is { } log)
                {
                    snapshot._cursors.Add(log);
                }
            }

            snapshot.Manifest = IndexManifest.Read(volume, files);
            foreach (var run in snapshot.Manifest.Runs)
            {
                snapshot._cursors.Add(new RunCursor(volume, files.Run(run.Id), run));
            }

            return snapshot;
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    /// <summary>Returns the entries after a position in order, each once.</summary>
    /// <param name="start">The position.</param>
    /// <param name="end">Forward, entries of this time and later are omitted; backward, earlier entries.</param>
    /// <param name="descending">Backward.</param>
    public IEnumerable<IndexEntry> Enumerate(IndexPosition start, long end, bool descending)
    {
        var merge = new CursorMerge(_cursors, start, descending);
        var last = new byte[ImageKey.MaxBytes];
        var (lastTicks, lastLength) = (0L, 0);
        while (merge.Next() is { } cursor && (descending ? cursor.Ticks >= end : cursor.Ticks < end))
        {
            if (cursor.IsStaleMarker || (cursor.Ticks == lastTicks && cursor.Key.SequenceEqual(last.AsSpan(0, lastLength))))
            {
                continue;
            }

            cursor.Key.CopyTo(last);
            (lastTicks, lastLength) = (cursor.Ticks, cursor.Key.Length);
            if (ImageKey.TryParse(Encoding.UTF8.GetString(cursor.Key), out var key))
            {
                yield return new IndexEntry(new DateTimeOffset(cursor.Ticks, TimeSpan.Zero), key);
            }
        }
    }

    /// <summary>Returns <see langword="true"/> if there is an entry for an image.</summary>
    public bool Contains(IndexEntry entry)
    {
        // No key has a zero byte, so this position is immediately after the key.
        var justAfter = new IndexPosition(entry.CreatedAt.UtcTicks, Encoding.UTF8.GetBytes(entry.Key.Value + '\0'));
        var key = justAfter.Key.Span[..^1];
        foreach (var cursor in _cursors)
        {
            for (var isInside = cursor.Seek(justAfter, descending: true) && (cursor.IsOpen || cursor.MoveNext());
                isInside && cursor.Ticks == justAfter.Ticks && cursor.Key.SequenceEqual(key);
                isInside = cursor.MoveNext())
            {
                if (!cursor.IsStaleMarker)
                {
                    return true;
                }
            }
        }

        return false;
    }

    public void Dispose()
    {
        foreach (var cursor in _cursors)
        {
            cursor.Dispose();
        }

        _cursors.Clear();
    }
}
