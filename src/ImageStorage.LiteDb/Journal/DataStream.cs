using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Journal;

/// <summary>
/// The database file as LiteDB sees it. Writable only during creation and checkpoints, and only after the log is
/// durable, from which an interrupted checkpoint is repeated.
/// </summary>
/// <remarks>
/// LiteDB reads one page at a time. The pages of a chunk are adjacent, so sequential reads fetch several pages at once.
/// </remarks>
internal sealed class DataStream(StoreFile file, CommitLog log) : PageStream
{
    private const int AheadLength = 8 * LogFrame.PageLength;
    private readonly byte[] _ahead = new byte[AheadLength];
    private long _aheadAt;
    private int _aheadCount;
    private long _next = -1;
    private bool _isDirty;
    private bool _logIsDurable;

    public override long Length => file.Length;

    /// <summary>Gets a value that indicates whether the database file is still at its path.</summary>
    public bool IsInPlace => file.IsInPlace;

    /// <summary>
    /// Gets or sets a value that indicates whether LiteDB may write. LiteDB would otherwise mark files as invalid, and
    /// truncate them.
    /// </summary>
    public bool IsWritable
    {
        get;
        set
        {
            field = value;
            _logIsDurable = false;
        }
    }

    public override void Flush()
    {
        if (_isDirty)
        {
            file.Flush();
            _isDirty = false;
        }
    }

    public override void SetLength(long value)
    {
        RefuseUnlessWritable();
        _isDirty = true;
        _aheadCount = 0;
        file.SetLength(value);
    }

    protected override int ReadPages(Span<byte> buffer, long position)
    {
        var isSequential = position == _next;
        _next = position + buffer.Length;
        if (!IsAhead(buffer.Length, position))
        {
            if (!isSequential)
            {
                return file.Read(buffer, position) == buffer.Length ? buffer.Length : throw Short();
            }

            _aheadCount = 0;
            _aheadCount = file.Read(_ahead, position);
            _aheadAt = position;
            if (!IsAhead(buffer.Length, position))
            {
                throw Short();
            }
        }

        _ahead.AsSpan((int)(position - _aheadAt), buffer.Length).CopyTo(buffer);
        return buffer.Length;
    }

    protected override void WritePages(ReadOnlySpan<byte> pages, long position)
    {
        RefuseUnlessWritable();
        if (!_logIsDurable)
        {
            log.Flush();
            _logIsDurable = true;
        }

        _isDirty = true;
        _aheadCount = 0;
        file.Write(pages, position);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsAhead(int length, long position) => position >= _aheadAt && position + length <= _aheadAt + _aheadCount;

    private static DamagedFileException Short() => new("the database was truncated");

    private void RefuseUnlessWritable()
    {
        if (!IsWritable)
        {
            throw new InvalidOperationException("LiteDB wrote to the database outside a checkpoint.");
        }
    }
}
