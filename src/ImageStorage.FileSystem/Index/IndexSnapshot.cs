using System.Text;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>The index as it is at one moment: all logs, and the runs that the manifest names.</summary>
internal sealed class IndexSnapshot : IDisposable
{
    private readonly List<IndexCursor> _cursors = [];

    private IndexSnapshot()
    {
    }

    /// <summary>The list of runs.</summary>
    public IndexManifest Manifest { get; private set; } = new([]);

    /// <exception cref="IndexDamagedException">There is no manifest, or it is damaged.</exception>
    public static IndexSnapshot Open(IVolume volume, IndexFiles files)
    {
        var snapshot = new IndexSnapshot();
        try
        {
            // First the logs, then the manifest: a log that is gone meanwhile has been merged into a run that the
            // manifest, read later, names. The other way round its entries could be missed.
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

    /// <summary>The entries behind a position, in order, each once.</summary>
    /// <param name="start">The position.</param>
    /// <param name="end">Forward, entries of this time and later are left out; backward, earlier ones.</param>
    /// <param name="descending">Backward?</param>
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

    /// <summary>Is there an entry for an image?</summary>
    public bool Contains(IndexEntry entry)
    {
        // No key has a zero byte, so that this lies just behind the key.
        var behind = new IndexPosition(entry.CreatedAt.UtcTicks, Encoding.UTF8.GetBytes(entry.Key.Value + '\0'));
        var key = behind.Key.Span[..^1];
        foreach (var cursor in _cursors)
        {
            for (var isInside = cursor.Seek(behind, descending: true) && (cursor.IsOpen || cursor.MoveNext());
                isInside && cursor.Ticks == behind.Ticks && cursor.Key.SequenceEqual(key);
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
