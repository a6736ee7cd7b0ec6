using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Journal;

namespace ImageStorage.LiteDb.Engine;

/// <content>
/// Runs work on the database, flushes commits and handles failures. Only the owner of the database calls these members.
/// </content>
internal sealed partial class LiteStore
{
    private LiteSession? _session;
    private CommitLog? _logToRewind;
    private long _checkpointAt;
    private bool _lastFlushWasShared;

    /// <summary>
    /// Gets a number that increases whenever unacknowledged commits were taken back; earlier staged chunks are then
    /// gone.
    /// </summary>
    public int Generation { get; private set; }

    /// <summary>Gets the failure that ended the previous session.</summary>
    public Exception? LastFailure { get; private set; }

    /// <summary>Gets or sets the next version number. Used only by work.</summary>
    public long NextVersion { get; set; } = 1;

    /// <summary>Gets the counter of images and bytes. Used only by work.</summary>
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

            // Once, before the work: everything that the work reads or misses is then true of a store that existed.
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
            // The boundary of the thread: every exception belongs to the caller of this work.
            Fail(work, exception);
        }
    }

    private LiteSession? SessionFor(StoreWorkKind kind)
    {
        if (kind != StoreWorkKind.Read && _session is { IsReadOnly: true })
        {
            CloseSession();
        }

        if (_session is null)
        {
            RetryRewind();
            _session = _opener.Open(kind != StoreWorkKind.Read);
            if (_session is { } session)
            {
                // A version number is never used again while an open stream may read under the number.
                var lastChunk = Chunks.ChunkFormat.VersionOf(session.LastId(StoreLayout.Chunks) ?? 0);
                NextVersion = Math.Max(NextVersion, Math.Max(lastChunk, session.LastId(StoreLayout.Trash) ?? 0) + 1);
                _checkpointAt = session.LogBytes + _checkpointBytes;
                RequestSweep();
            }
        }

        return _session;
    }

    private void RetryRewind()
    {
        // A log that is no longer at its path cannot mix with the files there now, and its medium may never respond
        // again.
        if (_logToRewind is { IsInPlace: true } log)
        {
            log.Rewind();
        }

        _logToRewind?.Dispose();
        _logToRewind = null;
    }

    private void Fail(StoreWork work, Exception exception)
    {
        // Unregisters the token, in case the opening failed before the work began.
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

    /// <summary>Discards the session when the failure makes it untrustworthy.</summary>
    /// <returns>The exception for the caller.</returns>
    private Exception AfterFailure(Exception exception)
    {
        var isContractFailure = exception is ImageStorageException or OperationCanceledException;
        if (isContractFailure && _session is not { IsBroken: true })
        {
            return exception;
        }

        // Earlier commits are complete. They fail only when they cannot be flushed.
        if (_held.Count > 0 && !TryFlushHeld(out _))
        {
            FailHeld(exception);
        }

        return DiscardSession(exception) ? exception : new UnknownOutcomeException(exception);
    }

    /// <summary>Makes all held commits durable with one flush, and completes them.</summary>
    private void FlushHeld()
    {
        if (!TryFlushHeld(out var exception))
        {
            var failure = DiscardSession(exception!) ? exception! : new UnknownOutcomeException(exception!);
            FailHeld(failure);
        }
    }

    private bool TryFlushHeld(out Exception? failure)
    {
        failure = null;
        try
        {
            var session = _session!;
            if (_durability == Durability.Full)
            {
                session.Log.Flush();
            }

            // A commit in files that are no longer at the path of the store would be missing there.
            session.RequireInPlace(withLog: true);
            session.Log.Acknowledge();
        }
        catch (Exception exception)
        {
            // Passed to the callers of all held commits.
            failure = exception;
            return false;
        }

        _lastFlushWasShared = _held.Count > 1;
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
    /// Closes the session after a failure, because LiteDB's instance is not trusted any more, and takes back every
    /// unacknowledged commit: a failed write has changed nothing. The next work opens the database again.
    /// </summary>
    /// <returns><see langword="false"/> when the commits could not be taken back.</returns>
    private bool DiscardSession(Exception cause)
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
            // A store that reappears may be another copy.
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
            // Repeated before the database is used again.
            Generation++;
            _logToRewind = session.Log;
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

    private bool IsCheckpointDue => _session is { IsReadOnly: false } session && session.LogBytes >= _checkpointAt;

    private void Checkpoint(LiteSession session)
    {
        try
        {
            session.Checkpoint();
            _checkpointAt = _checkpointBytes;
        }
        catch (Exception exception)
        {
            // Nothing is lost: all pages are in the log. The next attempt starts after some more commits.
            Log.CheckpointFailed(_logger, exception);
            var next = session.LogBytes + (_checkpointBytes / 4);
            DiscardSession(exception);
            _checkpointAt = next;
        }
    }

    private void Close()
    {
        if (_session is { IsReadOnly: false } session)
        {
            Checkpoint(session);
        }

        CloseSession();
        Attempt(() => _logToRewind?.Dispose());
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

    // Closing a failed session may fail again, with no further effect.
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
