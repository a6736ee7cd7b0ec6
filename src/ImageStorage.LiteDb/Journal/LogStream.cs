namespace ImageStorage.LiteDb.Journal;

/// <summary>The log as LiteDB sees it: a stream of pages.</summary>
internal sealed class LogStream(CommitLog log) : PageStream
{
    public override long Length => (long)log.Count * LogFrame.PageLength;

    // LiteDB flushes whenever its queue is empty. The store flushes a commit once, before it is acknowledged.
    public override void Flush()
    {
    }

    public override void SetLength(long value)
    {
        if (value != 0)
        {
            throw new InvalidOperationException("LiteDB truncated its log in the middle.");
        }

        log.Reset();
    }

    protected override int ReadPages(Span<byte> buffer, long position)
    {
        log.Read(buffer[..LogFrame.PageLength], position);
        return LogFrame.PageLength;
    }

    protected override void WritePages(ReadOnlySpan<byte> pages, long position) => log.Append(pages, position);
}
