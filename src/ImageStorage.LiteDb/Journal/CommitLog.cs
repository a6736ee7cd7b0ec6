using System.Runtime.ExceptionServices;
using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Journal;

/// <summary>
/// The log of commits that are not in the database yet: the pages that LiteDB writes, as frames, in the order of
/// writing.
/// </summary>
/// <remarks>
/// Only the owner of the database uses the log: since version 5.0.21, LiteDB writes the pages of a commit on the
/// committing thread. LiteDB never sees a failed write, because an exception between two pages of a commit would leave
/// a transaction whose finalizer ends the process. The failure is stored and thrown by <see cref="RequireCommit"/>;
/// until <see cref="Rewind"/> the log neither writes nor flushes.
/// </remarks>
internal sealed partial class CommitLog : IDisposable
{
    private const int PendingFrames = 16;

    // About ten small commits. Reserved bytes are written twice, so large commits, which would use the reserve at once,
    // get none.
    private const int ReservedLength = 64 * LogFrame.Length;

    private static readonly byte[] Zeros = new byte[ReservedLength];

    private readonly StoreFile _file;
    private readonly List<UInt128> _hashes = [];
    private readonly byte[] _pending = new byte[PendingFrames * LogFrame.Length];
    private int _pendingCount;
    private int _durable;
    private int _acknowledged;
    private long _reserved;
    private long _epoch;
    private long _confirmed;
    private bool _mustFlush;
    private ExceptionDispatchInfo? _failure;

    private CommitLog(StoreFile file) => _file = file;

    /// <summary>Gets the number of pages in the log.</summary>
    public int Count => _hashes.Count;

    /// <summary>Gets a value that indicates whether the log file is still at its path.</summary>
    public bool IsInPlace => _file.IsInPlace;

    /// <summary>Gets the number of commits that have reached the file since it was opened.</summary>
    public long Confirmed => _confirmed;

    /// <summary>Appends a page. Never throws: see <see cref="RequireCommit"/>.</summary>
    public void Append(ReadOnlySpan<byte> page, long position)
    {
        if (_failure is not null)
        {
            return;
        }

        try
        {
            AppendPage(page, position);
        }
        catch (Exception exception)
        {
            // The boundary to LiteDB: the failure is thrown after LiteDB has ended its commit.
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Reads a page.</summary>
    public void Read(Span<byte> page, long position)
    {
        var index = (int)(position / LogFrame.PageLength);
        if (index >= _hashes.Count)
        {
            throw new DamagedFileException("a page is missing from the log");
        }

        var firstPending = _hashes.Count - _pendingCount;
        if (index >= firstPending)
        {
            LogFrame.PageOf(PendingFrame(index - firstPending)).CopyTo(page);
            return;
        }

        var frame = System.Buffers.ArrayPool<byte>.Shared.Rent(LogFrame.Length);
        try
        {
            var bytes = frame.AsSpan(0, LogFrame.Length);
            if (!TryReadFrame(bytes, index) || !LogFrame.IsSound(bytes, index, index == 0 ? default : _hashes[index - 1]))
            {
                throw new DamagedFileException($"frame {index} of the log does not match its hash");
            }

            LogFrame.PageOf(bytes).CopyTo(page);
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(frame);
        }
    }

    /// <summary>
    /// Throws a stored failure, and throws when no commit has reached the file: LiteDB has reported commits that were
    /// missing.
    /// </summary>
    /// <param name="confirmedBefore">The value of <see cref="Confirmed"/> before the commit.</param>
    public void RequireCommit(long confirmedBefore)
    {
        Rethrow();
        if (_confirmed == confirmedBefore)
        {
            throw new IOException("LiteDB reported a commit, but did not write the commit to its log.");
        }
    }

    /// <summary>
    /// Makes all commits durable. A failed flush is never repeated: the system may have dropped the pages and report
    /// success.
    /// </summary>
    /// <param name="isLast"><see langword="true"/> when the log is emptied next, so that a reserve is useless.</param>
    public void Flush(bool isLast = false)
    {
        Rethrow();
        try
        {
            WritePending();
            if (_mustFlush)
            {
                if (!isLast)
                {
                    Reserve();
                }

                _file.FlushBytes();
                _mustFlush = false;
            }

            _durable = _hashes.Count;
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    /// <summary>Marks all commits as acknowledged, so that they are never taken back.</summary>
    public void Acknowledge()
    {
        Rethrow();
        _acknowledged = _hashes.Count;
    }

    /// <summary>Throws the stored failure.</summary>
    private void Rethrow() => _failure?.Throw();

    /// <summary>Empties the log, whose pages are durable in the database.</summary>
    public void Reset()
    {
        Rethrow();
        Truncate(0);
    }

    /// <summary>Takes back unacknowledged frames after a failure.</summary>
    /// <returns>Whether there were unacknowledged frames.</returns>
    public bool Rewind()
    {
        var hasUnacknowledged = _hashes.Count > _acknowledged;
        if (hasUnacknowledged || _failure is not null)
        {
            Truncate(_acknowledged);
            _failure = null;
        }

        return hasUnacknowledged;
    }

    public void Dispose() => _file.Dispose();

    private void AppendPage(ReadOnlySpan<byte> page, long position)
    {
        if (position != (long)_hashes.Count * LogFrame.PageLength || page.Length != LogFrame.PageLength)
        {
            throw new InvalidOperationException("LiteDB wrote to its log, but not at the end.");
        }

        if (_hashes.Count == 0)
        {
            _epoch = Random.Shared.NextInt64();
        }

        var frame = PendingFrame(_pendingCount++);
        page.CopyTo(LogFrame.PageOf(frame));
        _hashes.Add(LogFrame.Seal(frame, _hashes.Count, _epoch, _durable, _hashes.Count == 0 ? default : _hashes[^1]));
        var isConfirmed = LogFrame.IsConfirmed(page);
        if (isConfirmed || _pendingCount == PendingFrames)
        {
            WritePending();
        }

        if (isConfirmed)
        {
            _confirmed++;
        }
    }

    /// <summary>
    /// Extends the file by zeros after a small commit that made the file longer: flushing the following commits is
    /// cheaper when the file does not grow. An opening treats the zeros like an invalid end that a crash leaves.
    /// </summary>
    private void Reserve()
    {
        var end = (long)_hashes.Count * LogFrame.Length;
        if (end <= _reserved || _hashes.Count - _durable > PendingFrames)
        {
            return;
        }

        try
        {
            _file.Write(Zeros, end);
            _reserved = end + ReservedLength;
        }
        catch (IOException)
        {
            // The commit is complete without the reserve, and may fit where the reserve does not. The next commit tries
            // again.
        }
    }

    private void WritePending()
    {
        if (_pendingCount > 0)
        {
            _mustFlush = true;
            _file.Write(_pending.AsSpan(0, _pendingCount * LogFrame.Length), (long)(_hashes.Count - _pendingCount) * LogFrame.Length);
            _pendingCount = 0;
        }
    }

    private void Truncate(int count)
    {
        try
        {
            _file.SetLength((long)count * LogFrame.Length);
            RewriteUnflushed(count);

            // Before the next write: LiteDB's transaction numbers begin again, and old frames must not reappear.
            _file.Flush();
        }
        catch (Exception exception)
        {
            _failure = ExceptionDispatchInfo.Capture(exception);
            throw;
        }

        _hashes.RemoveRange(count, _hashes.Count - count);
        _pendingCount = 0;
        _reserved = 0;
        _mustFlush = false;
        _durable = count;
        _acknowledged = count;
    }

    /// <summary>
    /// Writes the frames again that were present at opening and that no successful flush has covered. After a failed
    /// flush, the system may have dropped these frames and report success the next time, and later frames are
    /// unreadable without them.
    /// </summary>
    private void RewriteUnflushed(int count)
    {
        var frame = new byte[LogFrame.Length];
        for (var index = _durable; index < count; index++)
        {
            if (!TryReadFrame(frame, index) || !LogFrame.IsSound(frame, index, index == 0 ? default : _hashes[index - 1]))
            {
                throw new DamagedFileException($"frame {index} of the log does not match its hash");
            }

            _file.Write(frame, (long)index * LogFrame.Length);
        }
    }

    private bool TryReadFrame(Span<byte> frame, int index) => _file.Read(frame, (long)index * LogFrame.Length) == LogFrame.Length;

    private Span<byte> PendingFrame(int index) => _pending.AsSpan(index * LogFrame.Length, LogFrame.Length);
}
