using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Locking;
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
    private readonly RebuildQueue _rebuilds;
    private readonly MergeQueue _merges;
    private readonly ILogger _logger;
    private readonly Action<CancellationToken> _prepare;
    private readonly Lock _gate = new();
    private readonly HashSet<IndexEntry> _marked = [];
    private volatile bool _isComplete;
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
    /// <param name="schedule">Runs a merge or a rebuild, beside the caller or at once; null for a thread of its own.</param>
    /// <param name="timeouts">How long to wait for other processes; null for the default, by the system's clock.</param>
    /// <param name="confirm">Throws unless the store is at its path; null where it cannot be away.</param>
    public CreatedIndex(IVolume volume, DurableDirectories directories, StagingArea staging, string root, Durability durability, Func<IndexEntry, bool> isVisible, Action<CancellationToken> prepare, ILogger logger, IndexLimits? limits = null, Action<Action>? schedule = null, LockTimeouts? timeouts = null, Action? confirm = null)
    {
        _volume = volume;
        _prepare = prepare;
        _logger = logger;
        _files = new IndexFiles(volume, root, confirm ?? (() => { }));
        _limits = limits ?? IndexLimits.Default;
        var maintenance = new IndexMaintenance(volume, staging, _files, timeouts ?? new LockTimeouts(TimeProvider.System, logger));
        var rebuilder = new IndexRebuilder(volume, _files, maintenance, _limits);
        _merges = new MergeQueue(new IndexMerger(volume, _files, maintenance, rebuilder, _limits, isVisible, logger), logger, schedule ?? CommitThreads.Enqueue);
        _rebuilds = new RebuildQueue(rebuilder, schedule ?? CommitThreads.Enqueue, logger, EndRebuild);
        _writer = new IndexWriter(volume, _files, directories, durability, _limits, logger, () => _merges.Request());
    }

    /// <summary>
    /// Gets whether the images that were there before have their entries, so that a save which keeps its image's time of creation needs none of its own. Not while
    /// the index is being made again: the walk through the images may pass by a name just as a save gives it another file.
    /// </summary>
    public bool IsComplete => _isComplete;

    /// <summary>Adds the entry of an image that is about to be visible; dispose what is returned when that is decided.</summary>
    public PendingEntry Add(DateTimeOffset createdAt, ImageKey key) => _writer.Append(new IndexEntry(createdAt, key));

    /// <summary>Notes that an entry may have no image any more.</summary>
    public void MarkStale(DateTimeOffset createdAt, ImageKey key) => _writer.TryAppendStaleMarker(new IndexEntry(createdAt, key));

    /// <summary>Notes that a listing has met an entry without its image. When many were, everything is merged.</summary>
    public void MarkListedStale(IndexEntry entry)
    {
        bool isNew, areMany;
        lock (_gate)
        {
            if (_marked.Count >= _limits.MinStaleMarkers)
            {
                _marked.Clear();
            }

            isNew = _marked.Add(entry);
            areMany = ++_passedOver >= Math.Max(_limits.MinStaleMarkers, Interlocked.Read(ref _records) / 8);
            _passedOver = areMany ? 0 : _passedOver;
        }

        if (isNew)
        {
            _writer.TryAppendStaleMarker(entry);
        }

        if (areMany)
        {
            _writer.CloseCurrent();
            _merges.Request(everything: true);
        }
    }

    /// <summary>
    /// Makes sure that the index is there or will be: begins to make it from the images when it is missing, without waiting, because saves can be made meanwhile.
    /// Merges what ended processes left when it is much.
    /// </summary>
    /// <param name="isNew">Was the store created a moment ago? Then there is hardly an image, and the index is there before the first save returns, also for readers that may not write.</param>
    /// <param name="cancellationToken">Ends the wait for that.</param>
    public void Open(bool isNew, CancellationToken cancellationToken)
    {
        // Another process may switch between the two readings; any manifest of this store will do.
        var manifest = IndexManifest.TryRead(_volume, _files);
        _files.Confirm();
        _isComplete = manifest is not null && IndexManifest.TryRead(_volume, _files) is not null;
        if (!_isComplete && isNew)
        {
            Rebuild(null, cancellationToken);
        }
        else if (!_isComplete)
        {
            _rebuilds.Request(null);
        }

        if (_files.Read().Logs.Count >= _limits.MaxLogs)
        {
            _merges.Request();
        }
    }

    /// <summary>The index as it is now, made again from the images when it is lost.</summary>
    /// <param name="cancellationToken">Ends the wait for that.</param>
    public IndexSnapshot OpenSnapshot(CancellationToken cancellationToken)
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
                Recover(null, exception, cancellationToken);
            }
        }
    }

    /// <summary>The entries between two times, in order, read as they are asked for.</summary>
    /// <param name="from">Created at this time or later.</param>
    /// <param name="before">Created before this time.</param>
    /// <param name="after">Only entries behind this one in the direction of the listing.</param>
    /// <param name="descending">Newest first.</param>
    /// <param name="cancellationToken">Ends the wait for a rebuild.</param>
    public IEnumerable<IndexEntry> Enumerate(DateTimeOffset? from, DateTimeOffset? before, IndexEntry? after, bool descending, CancellationToken cancellationToken)
    {
        var end = descending ? from?.UtcTicks ?? long.MinValue : before?.UtcTicks ?? long.MaxValue;
        var start = descending ? before is { } last ? IndexPosition.At(last) : IndexPosition.Last
            : from is { } first ? IndexPosition.At(first) : IndexPosition.First;
        for (var isOver = false; !isOver;)
        {
            var behind = after is { } entry ? IndexPosition.Of(entry) : start;
            using var snapshot = OpenSnapshot(cancellationToken);
            using var entries = snapshot.Enumerate(behind.CompareTo(start) < 0 == descending ? behind : start, end, descending).GetEnumerator();
            while (TryMoveNext(entries, snapshot, out isOver, cancellationToken))
            {
                after = entries.Current;
                yield return entries.Current;
            }
        }
    }

    /// <summary>Is there an entry for an image?</summary>
    public bool Contains(IndexEntry entry, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var snapshot = OpenSnapshot(cancellationToken);
            if (TryFind(snapshot, entry, out var isThere, cancellationToken))
            {
                return isThere;
            }
        }
    }

    /// <summary>Is there an entry for an image in a snapshot, which may have become old?</summary>
    public bool TryFind(IndexSnapshot snapshot, IndexEntry entry, out bool isThere, CancellationToken cancellationToken)
    {
        try
        {
            isThere = snapshot.Contains(entry);
            return true;
        }
        catch (IndexDamagedException exception)
        {
            Recover(snapshot.Manifest, exception, cancellationToken);
            return isThere = false;
        }
    }

    /// <summary>Makes the index again from the images, unless another process has done so meanwhile, or joins the rebuild that is under way; waits for its end.</summary>
    /// <param name="damaged">The manifest whose runs are damaged; null when it is the manifest.</param>
    /// <param name="cancellationToken">Ends the wait; the rebuild continues.</param>
    public void Rebuild(IndexManifest? damaged, CancellationToken cancellationToken)
    {
        // The thread of the caller is one that may block.
        _rebuilds.Request(damaged).WaitAsync(cancellationToken).GetAwaiter().GetResult();
    }

    private void EndRebuild()
    {
        _isComplete = true;
        _merges.Request(everything: true);
    }

    private bool TryMoveNext(IEnumerator<IndexEntry> entries, IndexSnapshot snapshot, out bool isOver, CancellationToken cancellationToken)
    {
        try
        {
            var moved = entries.MoveNext();
            isOver = !moved;
            return moved;
        }
        catch (IndexDamagedException exception)
        {
            Recover(snapshot.Manifest, exception, cancellationToken);
            return isOver = false;
        }
    }

    /// <summary>A run that is missing was merged meanwhile, if there is a newer manifest; else the index is made anew.</summary>
    private void Recover(IndexManifest? seen, IndexDamagedException damage, CancellationToken cancellationToken)
    {
        if (IndexManifest.TryRead(_volume, _files) is { } current && (seen is null || !current.Runs.SequenceEqual(seen.Runs)))
        {
            return;
        }

        Log.IndexRebuilt(_logger, damage);
        _prepare(cancellationToken);
        Rebuild(seen, cancellationToken);
    }

    /// <summary>Ends the log of this open store; the next entry begins a new one.</summary>
    public void CloseLog() => _writer.CloseCurrent();

    public void Dispose()
    {
        _rebuilds.Dispose();
        _writer.Dispose();
        _merges.Dispose();
    }
}
