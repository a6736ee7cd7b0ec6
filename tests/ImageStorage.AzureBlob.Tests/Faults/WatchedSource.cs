namespace ImageStorage.AzureBlob.Tests.Faults;

/// <summary>A read-only stream that runs a callback once at a position.</summary>
internal sealed class WatchedSource(Stream inner, long after, Action act) : Stream
{
    private long _read;
    private bool _done;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = inner.Read(buffer, offset, Math.Min(count, 64 << 10));
        _read += read;
        if (!_done && _read >= after)
        {
            _done = true;
            act();
        }

        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
