using ImageStorage.LiteDb.Files;

namespace ImageStorage.LiteDb.Journal;

/// <summary>
/// The database file as LiteDB sees it. It is written only while somebody has opened it for that (creation, checkpoint), and never
/// before the log, from which an interrupted move of pages is done again, is on the disk.
/// </summary>
internal sealed class DataStream(StoreFile file, CommitLog log) : PageStream
{
    private bool _isDirty;
    private bool _logIsDurable;

    public override long Length => file.Length;

    /// <summary>May LiteDB write? Otherwise it marks files as invalid of its own accord, and crops them.</summary>
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
        file.SetLength(value);
    }

    protected override int ReadPages(Span<byte> buffer, long position) =>
        file.Read(buffer, position) == buffer.Length ? buffer.Length : throw new DamagedFileException("the database is shorter than it was");

    protected override void WritePages(ReadOnlySpan<byte> pages, long position)
    {
        RefuseUnlessWritable();
        if (!_logIsDurable)
        {
            log.Flush();
            _logIsDurable = true;
        }

        _isDirty = true;
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

    private void RefuseUnlessWritable()
    {
        if (!IsWritable)
        {
            throw new InvalidOperationException("LiteDB wrote to the database outside of a checkpoint.");
        }
    }
}
