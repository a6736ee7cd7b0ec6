namespace ImageStorage.Testing.NUnit;

/// <summary>A source that cannot seek and that misbehaves on request.</summary>
internal sealed class SourceStream(byte[] bytes) : Stream
{
    private int _position;

    /// <summary>Gets or sets the maximum number of bytes of one read.</summary>
    public int MostAtOnce { get; init; } = int.MaxValue;

    /// <summary>Gets or sets the number of bytes after which <see cref="Happens"/> is called once.</summary>
    public int? HappensAt { get; init; }

    /// <summary>Gets the action at this position: an exception, the cancellation of a token, a change of the store.</summary>
    public Action Happens { get; init; } = () => { };

    /// <summary>Gets a value indicating whether the stream is disposed.</summary>
    public bool Disposed { get; private set; }

    /// <summary>Gets the number of bytes that have been read.</summary>
    public int Consumed => _position;

    public override bool CanRead => !Disposed;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(Disposed, this);
        var end = bytes.Length;
        if (HappensAt is { } at)
        {
            if (_position < at)
            {
                end = at;
            }
            else if (_position == at)
            {
                Happens();
            }
        }

        var count = Math.Min(Math.Min(buffer.Length, MostAtOnce), end - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
