namespace ImageStorage.Providers;

/// <summary>The base of wrappers of streams that cannot report damage themselves. A subclass may translate failures.</summary>
internal abstract class ObservedStream(Stream inner) : Stream, IObservedStream
{
    private DamageReport _damage;
    private bool _isDisposed;

    public override bool CanRead => inner.CanRead;

    public override bool CanSeek => inner.CanSeek;

    public override bool CanWrite => false;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    public void Observe(IDamageObserver observer, ImageKey key) => _damage = new(observer, key);

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return inner.Read(buffer);
        }
        catch (ImageStorageException failure)
        {
            ThrowTranslated(failure);
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException failure)
        {
            ThrowTranslated(failure);
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override void CopyTo(Stream destination, int bufferSize)
    {
        try
        {
            inner.CopyTo(destination, bufferSize);
        }
        catch (ImageStorageException failure)
        {
            ThrowTranslated(failure);
            throw;
        }
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        try
        {
            await inner.CopyToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException failure)
        {
            ThrowTranslated(failure);
            throw;
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("The stream of a stored image cannot be written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream of a stored image cannot be written.");

    public override async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Returns the failure that the reader receives: the same failure, or another in its place.</summary>
    protected virtual ImageStorageException Translate(ImageStorageException failure) => failure;

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ThrowTranslated(ImageStorageException failure)
    {
        var translated = Translate(failure);
        if (translated is StorageCorruptedException damage)
        {
            _damage.Send(damage);
        }

        // The same failure is thrown again by the caller, with its stack.
        if (translated != failure)
        {
            throw translated;
        }
    }
}
