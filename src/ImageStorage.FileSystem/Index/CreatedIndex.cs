using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The images in the order of their creation. An entry is there before its image is committed and is compared with the
/// image when it is listed, so one without an image is harmless, and there is never an image without one. Entries are
/// appended to a log for each open store, and merged into sorted runs. How that works stands in docs/filesystem.md.
/// </summary>
internal sealed class CreatedIndex : IDisposable
{
    private readonly IVolume _volume;
    private readonly IndexFiles _files;
    private readonly IndexLimits _limits;
    private readonly IndexWriter _writer;
    private readonly IndexRebuilder _rebuilder;
    private readonly MergeQueue _merges;
    private readonly ILogger _logger;
    private readonly Action _prepare;
    private readonly Lock _gate = new();
    private readonly HashSet<IndexEntry> _suspected = [];
    private long _passedOver;
    private long _records;

    /// <param name="volume">Where.</param>
    /// <param name="directories">Makes the folder durable.</param>
    /// <param name="staging">Where the manifest is written.</param>
    /// <param name="root">The folder.</param>
    /// <param name="durability">Are entries flushed?</param>
    /// <param name="isVisible">Is an image there, with this time of creation? A damaged one is.</param>
    /// <param name="prepare">Makes the store ready for writing, when a listing finds that the index is to be made anew.</param>
    /// <param name="logger">Where failed merges are reported.</param>
    /// <param name="limits">When the index is put in order.</param>
    /// <param name="schedule">Runs a merge, beside the caller or at once; null for a thread of its own.</param>
    public CreatedIndex(IVolume volume, DurableDirectories directories, StagingArea staging, string root, Durability durability, Func<IndexEntry, bool> isVisible, Action prepare, ILogger logger, IndexLimits? limits = null, Action<Action>? schedule = null)
    {
        _volume = volume;
        _prepare = prepare;
        _logger = logger;
        _files = new IndexFiles(volume, root);
        _limits = limits ?? IndexLimits.Default;
        var maintenance = new IndexMaintenance(volume, staging, _files);
        _rebuilder = new IndexRebuilder(volume, _files, maintenance, _limits);
        _merges = new MergeQueue(new IndexMerger(volume, _files, maintenance, _rebuilder, _limits, isVisible, logger), logger, schedule ?? CommitThreads.Enqueue);
        _writer = new IndexWriter(volume, _files, directories, durability, _limits, logger, () => _merges.Request());
    }

    /// <summary>Adds the entry of an image that is about to be visible; dispose what is returned when that is decided.</summary>
    public IndexTicket Add(DateTimeOffset createdAt, ImageKey key) => _writer.Append(new IndexEntry(createdAt, key));

    /// <summary>Notes that an entry may have no image any more.</summary>
    public void Suspect(DateTimeOffset createdAt, ImageKey key) => _writer.TryAppendSuspicion(new IndexEntry(createdAt, key));

    /// <summary>Notes that a listing has met an entry without its image. When many were, everything is merged.</summary>
    public void SuspectListed(IndexEntry entry)
    {
        bool isNew, areMany;
        lock (_gate)
        {
            if (_suspected.Count >= _limits.LeastSuspicions)
            {
                _suspected.Clear();
            }

            isNew = _suspected.Add(entry);
            areMany = ++_passedOver >= Math.Max(_limits.LeastSuspicions, Interlocked.Read(ref _records) / 8);
            _passedOver = areMany ? 0 : _passedOver;
        }

        if (isNew)
        {
            _writer.TryAppendSuspicion(entry);
        }

        if (areMany)
        {
            _writer.CloseCurrent();
            _merges.Request(everything: true);
        }
    }

    /// <summary>Makes sure that the index is there: makes it from the images when it is missing, and merges what ended processes left when it is much.</summary>
    public void Open()
    {
        if (IndexManifest.TryRead(_volume, _files) is null)
        {
            Rebuild(null);
        }

        if (_files.Read().Logs.Count >= _limits.MostLogs)
        {
            _merges.Request();
        }
    }

    /// <summary>The index as it is now, made anew from the images when it is lost.</summary>
    public IndexSnapshot Look()
    {
        while (true)
        {
            try
            {
                var snapshot = IndexSnapshot.Open(_volume, _files);
                Interlocked.Exchange(ref _records, snapshot.Manifest.Records);
                return snapshot;
            }
            catch (IndexDamagedException exception)
            {
                Recover(null, exception);
            }
        }
    }

    /// <summary>The entries between two times, in order, read as they are asked for.</summary>
    /// <param name="from">Created at this time or later.</param>
    /// <param name="before">Created before this time.</param>
    /// <param name="after">Only entries behind this one in the direction of the listing.</param>
    /// <param name="descending">Newest first.</param>
    public IEnumerable<IndexEntry> Enumerate(DateTimeOffset? from, DateTimeOffset? before, IndexEntry? after, bool descending)
    {
        var end = descending ? from?.UtcTicks ?? long.MinValue : before?.UtcTicks ?? long.MaxValue;
        var start = descending ? before is { } last ? IndexPosition.At(last) : IndexPosition.Last
            : from is { } first ? IndexPosition.At(first) : IndexPosition.First;
        for (var isOver = false; !isOver;)
        {
            var behind = after is { } entry ? IndexPosition.Of(entry) : start;
            using var snapshot = Look();
            using var entries = snapshot.Enumerate(behind.CompareTo(start) < 0 == descending ? behind : start, end, descending).GetEnumerator();
            while (TryMoveNext(entries, snapshot, out isOver))
            {
                after = entries.Current;
                yield return entries.Current;
            }
        }
    }

    /// <summary>Is there an entry for an image?</summary>
    public bool Contains(IndexEntry entry)
    {
        while (true)
        {
            using var snapshot = Look();
            if (TryFind(snapshot, entry, out var isThere))
            {
                return isThere;
            }
        }
    }

    /// <summary>Is there an entry for an image in a snapshot, which may have become old?</summary>
    public bool TryFind(IndexSnapshot snapshot, IndexEntry entry, out bool isThere)
    {
        try
        {
            isThere = snapshot.Contains(entry);
            return true;
        }
        catch (IndexDamagedException exception)
        {
            Recover(snapshot.Manifest, exception);
            return isThere = false;
        }
    }

    /// <summary>Makes the index anew from the images, unless somebody else has done so meanwhile.</summary>
    /// <param name="damaged">The manifest whose runs are damaged; null when it is the manifest.</param>
    public void Rebuild(IndexManifest? damaged)
    {
        _rebuilder.Rebuild(damaged);
        _merges.Request(everything: true);
    }

    private bool TryMoveNext(IEnumerator<IndexEntry> entries, IndexSnapshot snapshot, out bool isOver)
    {
        try
        {
            var moved = entries.MoveNext();
            isOver = !moved;
            return moved;
        }
        catch (IndexDamagedException exception)
        {
            Recover(snapshot.Manifest, exception);
            return isOver = false;
        }
    }

    /// <summary>A run that is missing was merged meanwhile, if there is a newer manifest; else the index is made anew.</summary>
    private void Recover(IndexManifest? seen, IndexDamagedException damage)
    {
        if (IndexManifest.TryRead(_volume, _files) is { } current && (seen is null || !current.Runs.SequenceEqual(seen.Runs)))
        {
            return;
        }

        Log.IndexRebuilt(_logger, damage);
        _prepare();
        Rebuild(seen);
    }

    /// <summary>Ends the log of this open store; the next entry begins a new one.</summary>
    public void CloseLog() => _writer.CloseCurrent();

    public void Dispose()
    {
        _writer.Dispose();
        _merges.Dispose();
    }
}
