using ImageStorage.LiteDb.Chunks;
using LiteDB;

namespace ImageStorage.LiteDb.Engine;

/// <content>
/// Removes the chunks of versions that nobody needs any more, a few at a time and only while no other work waits. What is to go stands in the
/// collection <see cref="StoreLayout.Trash"/>, written by the same commit that made it useless, so nothing has to be searched for.
/// </content>
internal sealed partial class LiteStore
{
    private const int ChunksAStep = 16;
    private bool _sweepWanted;

    /// <summary>Looks for trash when there is time; may be called by any thread.</summary>
    public void RequestSweep()
    {
        lock (_gate)
        {
            _sweepWanted = true;
            if (!_stopping)
            {
                WakeLocked();
            }
        }
    }

    /// <summary>Removes all trash that nobody pins; answers how many versions went.</summary>
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
            _sweepWanted = false;
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
            // Nobody waits for this; what was not removed is found again at the next opening.
            Log.SweepFailed(_logger, exception);
            Discard(exception);
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

    /// <summary>Removes some chunks of a version; answers whether that was the rest of it.</summary>
    private static bool RemoveSome(LiteSession session, long version)
    {
        var ids = session.Ids(StoreLayout.Chunks, ChunkFormat.IdOf(version, 0), ChunkFormat.IdOf(version + 1, 0) - 1, ChunksAStep);
        var isRest = ids.Count < ChunksAStep;
        session.InTransaction(() =>
        {
            if (ids.Count > 0)
            {
                session.Delete(StoreLayout.Chunks, ids);
            }

            if (isRest)
            {
                session.Delete(StoreLayout.Trash, new BsonValue(version));
            }
        });
        return isRest;
    }
}
