namespace ImageStorage.Caching.Memory;

/// <summary>The bytes of a cached image, or a range of them, as a seekable stream of its own. Copies nothing but into the buffers that it is read into.</summary>
/// <param name="image">The image, held; let go of when the stream is disposed.</param>
/// <param name="range">The part to read.</param>
internal sealed class CachedImageStream(CachedImage image, ResolvedRange range) : Stream
{
    private long _position;
    private int _isDisposed;

    public override bool CanRead => _isDisposed == 0;

    public override bool CanSeek => _isDisposed == 0;

    public override bool CanWrite => false;

    public override long Length => range.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        Hold();
        try
        {
            var copied = 0;
            while (copied < buffer.Length && Next(buffer.Length - copied) is { IsEmpty: false } piece)
            {
                piece.Span.CopyTo(buffer[copied..]);
                copied += piece.Length;
                _position += piece.Length;
            }

            return copied;
        }
        finally
        {
            image.Release();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<int>(cancellationToken) : ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void CopyTo(Stream destination, int bufferSize)
    {
        ValidateCopyToArguments(destination, bufferSize);
        Hold();
        try
        {
            while (Next(int.MaxValue) is { IsEmpty: false } piece)
            {
                destination.Write(piece.Span);
                _position += piece.Length;
            }
        }
        finally
        {
            image.Release();
        }
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ValidateCopyToArguments(destination, bufferSize);
        Hold();
        try
        {
            while (Next(int.MaxValue) is { IsEmpty: false } piece)
            {
                await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                _position += piece.Length;
            }
        }
        finally
        {
            image.Release();
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => range.Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            image.Release();
        }

        base.Dispose(disposing);
    }

    /// <summary>
    /// Holds the image for one call: a stream that is disposed in the middle of a copy, as when a request ends, must not let the memory go
    /// to another image whose bytes the copy would then send.
    /// </summary>
    private void Hold() => ObjectDisposedException.ThrowIf(_isDisposed != 0 || !image.TryHold(), this);

    /// <summary>What lies contiguous in memory from the position on, up to so many bytes.</summary>
    private ReadOnlyMemory<byte> Next(int most)
    {
        var left = range.Length - _position;
        if (left <= 0)
        {
            return default;
        }

        var offset = range.Offset + _position;
        foreach (var segment in image.Segments)
        {
            if (offset < segment.Length)
            {
                return segment[(int)offset..][..(int)Math.Min(Math.Min(left, most), segment.Length - offset)];
            }

            offset -= segment.Length;
        }

        return default;
    }
}
