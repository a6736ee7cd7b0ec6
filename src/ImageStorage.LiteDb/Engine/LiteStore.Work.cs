using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Journal;

namespace ImageStorage.LiteDb.Engine;

/// <content>What is done with the database, by whoever has it.</content>
internal sealed partial class LiteStore
{
    private LiteSession? _session;
    private CommitLog? _unrewound;
    private long _checkpointAt;
    private bool _haveShared;

    /// <summary>Grows whenever commits that nobody was told of were taken back: what was staged before is gone.</summary>
    public int Generation { get; private set; }

    /// <summary>What the session before this one was given up for.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>The next number for a content; read and set by work only.</summary>
    public long NextVersion { get; set; } = 1;

    /// <summary>Number and bytes of all images; used by work only.</summary>
    public Records.UsageCounter Usage { get; } = new();

    private void Execute(StoreWork work)
    {
        if (work.IsCancelled)
        {
            return;
        }

        try
        {
            var session = SessionFor(work.Kind);
            if (!work.TryStart())
            {
                return;
            }

            // Before the work, and once: whatever it reads or does not find is then true of a store that was there.
            session?.RequireInPlace(withLog: false);
            work.Run(session);
            if (work.Kind == StoreWorkKind.Commit)
            {
                _held.Add(work);
            }
            else
            {
                work.Complete();
            }
        }
        catch (Exception exception)
        {
            // The boundary of the thread: whatever it is, it belongs to the caller who waits for this work.
            Fail(work, exception);
        }
    }

    private LiteSession? SessionFor(StoreWorkKind kind)
    {
        if (kind != StoreWorkKind.Read && _session is { IsForReading: true })
        {
            CloseSession();
        }

        if (_session is null)
        {
            RewindAgain();
            _session = _opener.Open(kind != StoreWorkKind.Read);
            if (_session is { } session)
            {
                // Numbers are never used twice while somebody may still read under an old one.
                var lastChunk = Chunks.ChunkFormat.VersionOf(session.LastId(StoreLayout.Chunks) ?? 0);
                NextVersion = Math.Max(NextVersion, Math.Max(lastChunk, session.LastId(StoreLayout.Trash) ?? 0) + 1);
                _checkpointAt = session.LogBytes + _checkpointBytes;
                RequestSweep();
            }
        }

        return _session;
    }

    private void RewindAgain()
    {
        // A log that is no longer at its path cannot mix with what is found there now, and its medium may never answer again.
        if (_unrewound is { IsInPlace: true } log)
        {
            log.Rewind();
        }

        _unrewound?.Dispose();
        _unrewound = null;
    }

    private void Fail(StoreWork work, Exception exception)
    {
        // Ends the watch on its token, where the opening failed before the work began.
        _ = work.TryStart();
        var failure = AfterFailure(exception);
        if (failure is OperationCanceledException && work.Token.IsCancellationRequested)
        {
            work.Cancel();
        }
        else
        {
            work.Fail(failure);
        }
    }

    /// <summary>Gives up what cannot be trusted after a failure, and answers what to tell the caller.</summary>
    private Exception AfterFailure(Exception exception)
    {
        var isOfContract = exception is ImageStorageException or OperationCanceledException;
        if (isOfContract && _session is not { IsBroken: true })
        {
            return exception;
        }

        // The commits before this one are whole; only if they cannot be flushed they fail as well.
        if (_held.Count > 0 && !TrySettle(out _))
        {
            FailHeld(exception);
        }

        return Discard(exception) ? exception : new UnknownOutcomeException(exception);
    }

    /// <summary>Makes the commits that wait durable, by one flush, and tells their callers.</summary>
    private void Settle()
    {
        if (!TrySettle(out var exception))
        {
            var failure = Discard(exception!) ? exception! : new UnknownOutcomeException(exception!);
            FailHeld(failure);
        }
    }

    private bool TrySettle(out Exception? failure)
    {
        failure = null;
        try
        {
            var session = _session!;
            if (_durability == Durability.Full)
            {
                session.Log.Flush();
            }

            // What was written into files that are no longer at the store's path would be missing where the store is looked for.
            session.RequireInPlace(withLog: true);
            session.Log.Acknowledge();
        }
        catch (Exception exception)
        {
            // Handed to all who wait for this flush.
            failure = exception;
            return false;
        }

        _haveShared = _held.Count > 1;
        foreach (var work in _held)
        {
            work.Complete();
        }

        _held.Clear();
        return true;
    }

    private void FailHeld(Exception exception)
    {
        foreach (var work in _held)
        {
            work.Fail(exception);
        }

        _held.Clear();
    }

    /// <summary>
    /// Gives up the session after a failure, since LiteDB's instance cannot be trusted any more, and takes back every commit that nobody was told of: so a
    /// failed write has changed nothing. The next work opens the database anew.
    /// </summary>
    /// <returns>False when it could not be taken back.</returns>
    private bool Discard(Exception cause)
    {
        if (_session is not { } session)
        {
            return true;
        }

        _session = null;
        LastFailure = cause;
        Usage.Forget();
        Attempt(session.Dispose);
        try
        {
            // Where the store is found again, it may be another copy of it.
            var isGone = cause is StoreGoneException;
            Generation += session.Log.Rewind() || isGone ? 1 : 0;
            session.Log.Dispose();
            if (isGone)
            {
                _opener.Release();
            }

            return true;
        }
        catch (Exception exception) when (LiteDbErrors.IsExpected(exception))
        {
            // Tried again before the database is used again.
            Generation++;
            _unrewound = session.Log;
            Log.RewindFailed(_logger, exception);
            return false;
        }
    }

    private void CheckpointIfDue()
    {
        if (_held.Count == 0 && IsCheckpointDue)
        {
            Checkpoint(_session!);
        }
    }

    private bool IsCheckpointDue => _session is { IsForReading: false } session && session.LogBytes >= _checkpointAt;

    private void Checkpoint(LiteSession session)
    {
        try
        {
            session.Checkpoint();
            _checkpointAt = _checkpointBytes;
        }
        catch (Exception exception)
        {
            // Nothing is lost: all pages are in the log, from which the next attempt begins again, a while later.
            Log.CheckpointFailed(_logger, exception);
            var next = session.LogBytes + (_checkpointBytes / 4);
            Discard(exception);
            _checkpointAt = next;
        }
    }

    private void Close()
    {
        if (_session is { IsForReading: false } session)
        {
            Checkpoint(session);
        }

        CloseSession();
        Attempt(() => _unrewound?.Dispose());
        Attempt(_opener.Dispose);
    }

    private void CloseSession()
    {
        if (_session is { } closing)
        {
            _session = null;
            Attempt(closing.Dispose);
            Attempt(closing.Log.Dispose);
        }
    }

    // Closing what has failed may fail again, and changes nothing any more.
    private void Attempt(Action close)
    {
        try
        {
            close();
        }
        catch (Exception exception)
        {
            Log.CloseFailed(_logger, exception);
        }
    }
}
