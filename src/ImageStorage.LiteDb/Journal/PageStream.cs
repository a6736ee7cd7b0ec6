namespace ImageStorage.LiteDb.Journal;

/// <summary>Base of the streams for LiteDB. LiteDB locks the stream for each pair of seek and read or write.</summary>
internal abstract class PageStream : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = ReadPages(buffer.AsSpan(offset, count), Position);
        Position += read;
        return read;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        WritePages(buffer.AsSpan(offset, count), Position);
        Position += count;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    protected abstract int ReadPages(Span<byte> buffer, long position);

    protected abstract void WritePages(ReadOnlySpan<byte> pages, long position);
}
