using System.Text;
using ImageStorage.FileSystem.Volumes;
using Microsoft.Extensions.Logging;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Merges ended logs and runs into one run. A merge takes each run that is not longer than everything taken so far. The
/// lengths of runs therefore at least double, there are few runs, and each record is rewritten log2(n) times.
/// </summary>
/// <param name="volume">The volume of the store.</param>
/// <param name="files">The files of the index.</param>
/// <param name="maintenance">The merge lock and the switch of manifests.</param>
/// <param name="rebuilder">Rebuilds the index if a merge finds damage.</param>
/// <param name="limits">The sizes at which logs and runs are merged.</param>
/// <param name="isVisible">Returns whether an image with this time of creation is there.</param>
/// <param name="logger">Receives damage.</param>
internal sealed class IndexMerger(IVolume volume, IndexFiles files, IndexMaintenance maintenance, IndexRebuilder rebuilder, IndexLimits limits, Func<IndexEntry, bool> isVisible, ILogger logger)
{
    /// <summary>Merges logs and short runs, or everything. Does nothing if another process is merging.</summary>
    /// <param name="everything">Merges all runs.</param>
    /// <param name="cancellationToken">Ends a rebuild that the merge finds necessary. A merge itself is always
    /// completed.</param>
    public void Merge(bool everything, CancellationToken cancellationToken) => maintenance.TryRun(() => MergeOrRebuildLocked(everything, cancellationToken));

    private void MergeOrRebuildLocked(bool everything, CancellationToken cancellationToken)
    {
        IndexManifest? manifest = null;
        try
        {
            manifest = files.ReadManifest() ?? throw new IndexDamagedException("its manifest is missing or cannot be read");
            MergeLocked(manifest, everything);
        }
        catch (IndexDamagedException exception)
        {
            Log.IndexRebuilt(logger, exception);
            rebuilder.RebuildLocked(manifest, cancellationToken);
        }
    }

    private void MergeLocked(IndexManifest manifest, bool everything)
    {
        var ended = maintenance.FindEnded(files.Read().Logs);
        if (ended.Count == 0 && (!everything || (manifest.Runs.Count <= 1 && manifest.StaleMarkers == 0)))
        {
            return;
        }

        var cursors = new List<IndexCursor>();
        try
        {
            var (read, logs) = OpenLogs(ended, cursors);
            everything |= HasManyStaleMarkers(manifest, logs);
            var chosen = everything ? manifest.Runs : Choose(manifest.Runs, logs.Sum(log => (long)log.Length));
            cursors.AddRange(chosen.Select(run => new RunCursor(volume, files.Run(run.Id), run)));
            using var writer = new RunWriter(volume, files);
            WriteAll(cursors, writer, isComplete: chosen.Count == manifest.Runs.Count);
            List<IndexRun> runs = [.. manifest.Runs.Except(chosen)];
            if (writer.Finish() is { } merged)
            {
                runs.Add(merged);
            }

            maintenance.Switch(manifest, runs);
            cursors.ForEach(cursor => cursor.Dispose());
            cursors.Clear();
            maintenance.DeleteObsolete(read, runs);
        }
        finally
        {
            cursors.ForEach(cursor => cursor.Dispose());
        }
    }

    /// <summary>
    /// Opens logs. Only logs that were read may be deleted later: a log may seem missing because another store was at
    /// the path.
    /// </summary>
    private (List<string> Read, List<LogCursor> Logs) OpenLogs(List<string> ids, List<IndexCursor> cursors)
    {
        var read = new List<string>();
        var logs = new List<LogCursor>();
        foreach (var id in ids)
        {
            if (LogCursor.Open(volume, files.Log(id)) is { } log)
            {
                read.Add(id);
                logs.Add(log);
                cursors.Add(log);
            }
        }

        return (read, logs);
    }

    private bool HasManyStaleMarkers(IndexManifest manifest, List<LogCursor> logs)
    {
        var staleMarkers = manifest.StaleMarkers + logs.Sum(log => log.StaleMarkers);
        return staleMarkers >= Math.Max(limits.MinStaleMarkers, (manifest.Records + logs.Sum(log => log.Records)) / 8);
    }

    private List<IndexRun> Choose(IReadOnlyList<IndexRun> runs, long taken)
    {
        // Runs shorter than a log are always taken. Otherwise processes that save one image each would leave one run
        // each.
        var length = Math.Max(taken, limits.LogLength);
        var chosen = new List<IndexRun>();
        foreach (var run in runs.OrderBy(run => run.Blocks).TakeWhile(run => run.Length <= length))
        {
            chosen.Add(run);
            length += run.Length;
        }

        return chosen;
    }

    private void WriteAll(List<IndexCursor> cursors, RunWriter writer, bool isComplete)
    {
        var merge = new CursorMerge(cursors, IndexPosition.First, descending: false);
        Span<byte> key = stackalloc byte[ImageKey.MaxBytes];
        var (ticks, length, isMarked) = (0L, 0, false);
        while (merge.Next() is { } cursor)
        {
            if (cursor.Ticks != ticks || !cursor.Key.SequenceEqual(key[..length]))
            {
                Write(writer, ticks, key[..length], isMarked, isComplete);
                cursor.Key.CopyTo(key);
                (ticks, length, isMarked) = (cursor.Ticks, cursor.Key.Length, false);
            }

            isMarked |= cursor.IsStaleMarker;
        }

        Write(writer, ticks, key[..length], isMarked, isComplete);
    }

    /// <summary>
    /// Writes the merged record for one key and time. If there is no image now, none of the merged entries is needed: a
    /// save that makes such an image visible later has its own entry, in a log that is not merged.
    /// </summary>
    private void Write(RunWriter writer, long ticks, ReadOnlySpan<byte> key, bool isMarked, bool isComplete)
    {
        if (key.IsEmpty)
        {
            return;
        }

        var isUseless = isMarked && ImageKey.TryParse(Encoding.UTF8.GetString(key), out var parsed)
            && !isVisible(new IndexEntry(new DateTimeOffset(ticks, TimeSpan.Zero), parsed));
        if (!isUseless)
        {
            writer.Append(new IndexRecord(ticks, key, isStaleMarker: false));
        }
        else if (!isComplete)
        {
            // A run that this merge does not take may have the entry.
            writer.Append(new IndexRecord(ticks, key, isStaleMarker: true));
        }
    }
}
