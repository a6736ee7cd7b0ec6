using System.Runtime.ExceptionServices;
using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Journal;

/// <summary>
/// The log of commits that are not in the database yet: the pages that LiteDB writes, framed, in the order in which it writes them.
/// </summary>
/// <remarks>
/// Only the thread that has the database uses the log: since version 5.0.21 LiteDB writes the pages of a commit on the thread that commits. LiteDB never sees a
/// failure of a write: an exception between two pages of a commit leaves LiteDB's transaction in a state in which its finalizer ends the process. The failure is
/// kept, and thrown by <see cref="RequireCommit"/>; until <see cref="Rewind"/> the log takes and flushes nothing more.
/// </remarks>
internal sealed partial class CommitLog : IDisposable
{
    private const int PendingFrames = 16;

    // Some ten small commits. Every byte of it is written twice, so large commits, which would use it up at once, get none.
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

    /// <summary>The pages in the log.</summary>
    public int Count => _hashes.Count;

    /// <summary>Gets whether the log file is still at its path.</summary>
    public bool IsInPlace => _file.IsInPlace;

    /// <summary>How many commits have reached the file since it was opened.</summary>
    public long Confirmed => _confirmed;

    /// <summary>Takes the next page. Never throws: see <see cref="RequireCommit"/>.</summary>
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
            // The boundary to LiteDB: whatever went wrong is thrown once LiteDB has ended its commit.
            _failure = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Reads a page that was written.</summary>
    public void Read(Span<byte> page, long position)
    {
        var index = (int)(position / LogFrame.PageLength);
        if (index >= _hashes.Count)
        {
            throw new DamagedFileException("a page is missing in the log");
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

    /// <summary>Throws what went wrong while LiteDB was writing, and fails unless a commit has reached the file since a count of <see cref="Confirmed"/>: LiteDB was seen to report commits that were not there.</summary>
    public void RequireCommit(long confirmedBefore)
    {
        Rethrow();
        if (_confirmed == confirmedBefore)
        {
            throw new IOException("LiteDB reported a commit that it did not write to its log.");
        }
    }

    /// <summary>Makes all commits durable. A flush that failed is never tried again: the system may have dropped the pages and report success.</summary>
    /// <param name="isLast">Is the log about to be emptied, so that nothing more comes behind them?</param>
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

    /// <summary>Says that callers have been told of all commits up to here, so that they must stay.</summary>
    public void Acknowledge()
    {
        Rethrow();
        _acknowledged = _hashes.Count;
    }

    /// <summary>Throws the failure after which the log is not used any more.</summary>
    private void Rethrow() => _failure?.Throw();

    /// <summary>Empties the log; its pages are in the database, durably.</summary>
    public void Reset()
    {
        Rethrow();
        Truncate(0);
    }

    /// <summary>Takes back what nobody was told of, after a failure.</summary>
    /// <returns>Whether there was any.</returns>
    public bool Rewind()
    {
        var isBehind = _hashes.Count > _acknowledged;
        if (isBehind || _failure is not null)
        {
            Truncate(_acknowledged);
            _failure = null;
        }

        return isBehind;
    }

    public void Dispose() => _file.Dispose();

    private void AppendPage(ReadOnlySpan<byte> page, long position)
    {
        if (position != (long)_hashes.Count * LogFrame.PageLength || page.Length != LogFrame.PageLength)
        {
            throw new InvalidOperationException("LiteDB wrote to its log elsewhere than at its end.");
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
    /// Writes zeros behind small commits that were the first beyond them, for those that follow: a flush is a good deal cheaper where the file need not grow. For whoever
    /// opens the log they are an end that does not fit, as a crash leaves it.
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
            // The commit is whole without them, and the next one tries again: where there is no room for them there may be for it.
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
            WriteAgain(count);

            // Before anything else is written: the transaction numbers of LiteDB begin again, and old frames must not come back.
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
    /// Writes again what no good flush has covered yet: frames that were there when the log was opened. If a flush of them has failed, the system may have
    /// dropped them and report success the next time, and whatever follows in the log could not be read without them.
    /// </summary>
    private void WriteAgain(int count)
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
