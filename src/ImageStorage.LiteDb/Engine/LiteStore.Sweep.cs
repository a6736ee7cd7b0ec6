using ImageStorage.LiteDb.Chunks;
using LiteDB;

namespace ImageStorage.LiteDb.Engine;

/// <content>
/// Sweep: removes the chunks of unused versions, a few at a time and only while no other work is queued. The collection
/// <see cref="StoreLayout.Trash"/> lists these versions. The commit that makes a version unused lists the version too,
/// so a sweep never searches.
/// </content>
internal sealed partial class LiteStore
{
    private const int ChunksPerStep = 16;
    private bool _sweepRequested;

    /// <summary>Requests a sweep when the database is idle. Thread-safe.</summary>
    public void RequestSweep()
    {
        lock (_gate)
        {
            _sweepRequested = true;
            if (!_stopping)
            {
                WakeLocked();
            }
        }
    }

    /// <summary>Removes all versions in the trash that are not pinned.</summary>
    /// <returns>The number of removed versions.</returns>
    public static int Sweep(LiteSession session, VersionPins pins, CancellationToken cancellationToken)
    {
        var versions = 0;
        for (var version = NextTrash(session, pins); version is { } trash; version = NextTrash(session, pins))
        {
            cancellationToken.ThrowIfCancellationRequested();
            versions += RemoveSome(session, trash) ? 1 : 0;
        }

        return versions;
    }

    private void SweepStep()
    {
        lock (_gate)
        {
            _sweepRequested = false;
        }

        if (_session is not { } session)
        {
            return;
        }

        try
        {
            if (NextTrash(session, Pins) is { } version)
            {
                RemoveSome(session, version);
                RequestSweep();
                CheckpointIfDue();
            }
        }
        catch (Exception exception)
        {
            // No caller is waiting for a sweep. The next opening requests another sweep.
            Log.SweepFailed(_logger, exception);
            DiscardSession(exception);
        }
    }

    private static long? NextTrash(LiteSession session, VersionPins pins)
    {
        const int Page = 64;
        var from = long.MinValue;
        while (true)
        {
            var ids = session.Ids(StoreLayout.Trash, from, long.MaxValue, Page);
            foreach (var id in ids)
            {
                if (!pins.IsPinned(id.AsInt64))
                {
                    return id.AsInt64;
                }
            }

            if (ids.Count < Page)
            {
                return null;
            }

            from = ids[^1].AsInt64 + 1;
        }
    }

    /// <summary>Removes some chunks of a version.</summary>
    /// <returns>Whether the version has no chunks left and is out of the trash.</returns>
    private static bool RemoveSome(LiteSession session, long version)
    {
        var ids = session.Ids(StoreLayout.Chunks, ChunkFormat.IdOf(version, 0), ChunkFormat.IdOf(version + 1, 0) - 1, ChunksPerStep);
        var isLast = ids.Count < ChunksPerStep;
        session.InTransaction(() =>
        {
            if (ids.Count > 0)
            {
                session.Delete(StoreLayout.Chunks, ids);
            }

            if (isLast)
            {
                session.Delete(StoreLayout.Trash, new BsonValue(version));
            }
        });
        return isLast;
    }
}
