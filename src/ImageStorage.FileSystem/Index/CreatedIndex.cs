using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Locking;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// An LSM-like index of the images by time of creation. An entry is appended before its image is committed and compared
/// with the image when it is listed. An entry without an image is therefore harmless, and no image is without an entry.
/// Each open store appends to a log of its own; logs are merged into sorted runs. The design is described in
/// docs/design/filesystem.md.
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
    private volatile bool _mayHaveUnknown;
    private long _passedOver;
    private long _records;

    /// <param name="volume">The volume of the store.</param>
    /// <param name="directories">Makes the folder durable.</param>
    /// <param name="staging">The staging area for new manifests, and for the names of large folders in a rebuild.</param>
    /// <param name="root">The folder of the index.</param>
    /// <param name="durability">Whether entries are flushed.</param>
    /// <param name="isVisible">Returns whether an image with this time of creation is there. A damaged image
    /// counts.</param>
    /// <param name="prepare">Opens the store for writing, when a listing finds that the index must be rebuilt.</param>
    /// <param name="logger">Receives failed merges and rebuilds.</param>
    /// <param name="limits">The sizes at which logs and runs are merged.</param>
    /// <param name="schedule">Runs a merge or a rebuild in the background, or at once in tests; <see langword="null"/>
    /// for a commit thread.</param>
    /// <param name="timeouts">The timeouts of locks; <see langword="null"/> for the defaults and the system
    /// clock.</param>
    /// <param name="confirm">Throws unless the store is at its path; <see langword="null"/> if it cannot be
    /// away.</param>
    public CreatedIndex(IVolume volume, DurableDirectories directories, StagingArea staging, string root, Durability durability, Func<IndexEntry, bool> isVisible, Action<CancellationToken> prepare, ILogger logger, IndexLimits? limits = null, Action<Action>? schedule = null, LockTimeouts? timeouts = null, Action? confirm = null)
    {
        _volume = volume;
        _prepare = prepare;
        _logger = logger;
        _files = new IndexFiles(volume, root, confirm ?? (() => { }));
        _limits = limits ?? IndexLimits.Default;
        var maintenance = new IndexMaintenance(volume, staging, _files, timeouts ?? new LockTimeouts(TimeProvider.System, logger));
        var rebuilder = new IndexRebuilder(volume, staging, _files, maintenance, _limits);
        _merges = new MergeQueue(new IndexMerger(volume, _files, maintenance, rebuilder, _limits, isVisible, logger), logger, schedule ?? CommitThreads.Enqueue);
        _rebuilds = new RebuildQueue(rebuilder, schedule ?? CommitThreads.Enqueue, logger, EndRebuild);
        _writer = new IndexWriter(volume, _files, directories, durability, _limits, logger, () => _merges.Request());
    }

    /// <summary>
    /// Gets a value that indicates whether all older images have their entries. A save that keeps the time of creation
    /// then needs no new entry. The value is <see langword="false"/> during a rebuild, because its walk may miss a name
    /// just when a save replaces the file.
    /// </summary>
    public bool IsComplete => _isComplete;

    /// <summary>
    /// Gets a value that indicates whether there may be entries of images that could not be read by the last rebuild
    /// (<see cref="IndexEntry.Unknown"/>), as far as this process has seen.
    /// </summary>
    public bool MayHaveUnknown => _mayHaveUnknown;

    /// <summary>
    /// Appends the entry of an image that is about to become visible. Dispose the result when the save has succeeded or
    /// failed.
    /// </summary>
    public PendingEntry Add(DateTimeOffset createdAt, ImageKey key) => _writer.Append(new IndexEntry(createdAt, key));

    /// <summary>Appends a stale marker for an entry that may have no image any more.</summary>
    public void MarkStale(DateTimeOffset createdAt, ImageKey key) => _writer.TryAppendStaleMarker(new IndexEntry(createdAt, key));

    /// <summary>
    /// Appends a stale marker for an entry that a listing met without its image. After many such entries, everything is
    /// merged.
    /// </summary>
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
    /// Starts a rebuild if the index is missing, without waiting, because saves need not wait. Requests a merge if
    /// ended processes left many logs.
    /// </summary>
    /// <param name="isNew">Whether the store was just created. There is hardly an image then, so the rebuild completes
    /// before the first save returns, also for readers that may not write.</param>
    /// <param name="cancellationToken">Ends the wait for that rebuild.</param>
    public void Open(bool isNew, CancellationToken cancellationToken)
    {
        // Another process may switch manifests between the two reads. Any manifest of this store will do.
        var manifest = IndexManifest.TryRead(_volume, _files);
        _files.Confirm();
        _isComplete = manifest is not null && IndexManifest.TryRead(_volume, _files) is not null;
        _mayHaveUnknown = manifest is { HasUnknown: true };
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

    /// <summary>Opens a snapshot of the index, after a rebuild if the index is lost.</summary>
    /// <param name="cancellationToken">Ends the wait for the rebuild.</param>
    public IndexSnapshot OpenSnapshot(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var snapshot = IndexSnapshot.Open(_volume, _files);
                Interlocked.Exchange(ref _records, snapshot.Manifest.Records);
                _mayHaveUnknown = snapshot.Manifest.HasUnknown;
                return snapshot;
            }
            catch (IndexDamagedException exception)
            {
                Recover(null, exception, cancellationToken);
            }
        }
    }

    /// <summary>Returns the entries between two times in order, and reads them lazily.</summary>
    /// <param name="from">The first time to include.</param>
    /// <param name="before">The first time to exclude.</param>
    /// <param name="after">The entry after which the listing continues, in its direction.</param>
    /// <param name="descending">Newest first.</param>
    /// <param name="cancellationToken">Ends the wait for a rebuild.</param>
    public IEnumerable<IndexEntry> Enumerate(DateTimeOffset? from, DateTimeOffset? before, IndexEntry? after, bool descending, CancellationToken cancellationToken)
    {
        var end = descending ? from?.UtcTicks ?? long.MinValue : before?.UtcTicks ?? long.MaxValue;
        var start = descending ? before is { } last ? IndexPosition.At(last) : IndexPosition.Last
            : from is { } first ? IndexPosition.At(first) : IndexPosition.First;
        for (var isOver = false; !isOver;)
        {
            var position = after is { } entry ? IndexPosition.Of(entry) : start;
            using var snapshot = OpenSnapshot(cancellationToken);
            using var entries = snapshot.Enumerate(position.CompareTo(start) < 0 == descending ? position : start, end, descending).GetEnumerator();
            while (TryMoveNext(entries, snapshot, out isOver, cancellationToken))
            {
                after = entries.Current;
                yield return entries.Current;
            }
        }
    }

    /// <summary>Returns <see langword="true"/> if there is an entry for an image.</summary>
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

    /// <summary>
    /// Looks up an entry in a snapshot. Returns <see langword="false"/> if a run of the snapshot is gone, so that
    /// another snapshot is needed.
    /// </summary>
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

    /// <summary>
    /// Rebuilds the index from the images, unless another process has done so, or joins the rebuild in progress.
    /// Returns at its end.
    /// </summary>
    /// <param name="damaged">The manifest whose runs are damaged; <see langword="null"/> if the manifest is damaged or
    /// missing.</param>
    /// <param name="cancellationToken">Ends the wait. The rebuild continues.</param>
    public void Rebuild(IndexManifest? damaged, CancellationToken cancellationToken)
    {
        // Callers run on threads that may block.
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

    /// <summary>
    /// Recovers from a missing run or manifest. If there is a newer manifest, the run was merged; otherwise the index
    /// is rebuilt.
    /// </summary>
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

    /// <summary>Closes the log of this open store. The next entry starts a new log.</summary>
    public void CloseLog() => _writer.CloseCurrent();

    public void Dispose()
    {
        _rebuilds.Dispose();
        _writer.Dispose();
        _merges.Dispose();
    }
}
