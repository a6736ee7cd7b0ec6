namespace ImageStorage.Providers;

/// <summary>
/// The base class of the streams of stored images: read-only, seekable, for one caller at a time. A subclass reads from
/// <see cref="Position"/> and advances the position. If a read throws a <see cref="StorageCorruptedException"/>, the
/// store logs the damage and publishes <see cref="CorruptionFound"/>, once per stream, with the
/// <see cref="ImageStorageException.Key"/> of the exception.
/// </summary>
/// <param name="range">The bytes of the image that the stream returns.</param>
public abstract class ImageReadStream(ResolvedRange range) : Stream, IObservedStream
{
    private static readonly object Disposed = new();

    // The observer of damage until damage is reported, or Disposed. One reference, because a hit of the memory cache
    // allocates little more than its stream.
    private object? _observer;
    private long _position;

    /// <inheritdoc/>
    public sealed override bool CanRead => !IsDisposed;

    /// <inheritdoc/>
    public sealed override bool CanSeek => !IsDisposed;

    /// <inheritdoc/>
    public sealed override bool CanWrite => false;

    /// <summary>Gets the length of the range in bytes.</summary>
    public sealed override long Length => range.Length;

    /// <summary>
    /// Gets or sets the position in the range, from 0. A position after the end is allowed; reads then return 0 bytes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public sealed override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    /// <summary>Gets the range of the image that the stream returns.</summary>
    protected ResolvedRange Range => range;

    /// <summary>Gets a value indicating whether the position is at the end of the range.</summary>
    protected bool IsAtEnd => _position >= range.Length;

    /// <summary>Gets a value indicating whether the stream is disposed.</summary>
    protected bool IsDisposed => Volatile.Read(ref _observer) == Disposed;

    private bool IsObserved => _observer is IDamageObserver;

    void IObservedStream.Observe(IDamageObserver observer, ImageKey key) => _observer = observer;

    /// <inheritdoc/>
    public sealed override int Read(Span<byte> buffer)
    {
        try
        {
            return ReadCore(buffer);
        }
        catch (StorageCorruptedException damage)
        {
            Report(damage);
            throw;
        }
    }

    /// <inheritdoc/>
    public sealed override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    // The overloads and their defaults are those of Stream.
#pragma warning disable RS0027
    /// <inheritdoc/>
    public sealed override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            // The usual read has its bytes at once, and costs no second state machine.
            var read = ReadCoreAsync(buffer, cancellationToken);
            return read.IsCompletedSuccessfully || !IsObserved ? read : ObserveAsync(read);
        }
        catch (StorageCorruptedException damage)
        {
            Report(damage);
            throw;
        }
    }
#pragma warning restore RS0027

    /// <inheritdoc/>
    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    /// <inheritdoc/>
    public sealed override void CopyTo(Stream destination, int bufferSize)
    {
        try
        {
            CopyToCore(destination, bufferSize);
        }
        catch (StorageCorruptedException damage)
        {
            Report(damage);
            throw;
        }
    }

    /// <inheritdoc/>
    public sealed override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
        IsObserved ? CopyObservedAsync(destination, bufferSize, cancellationToken) : CopyToCoreAsync(destination, bufferSize, cancellationToken);

    /// <inheritdoc/>
    public sealed override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => range.Length,
    };

    /// <summary>Does nothing: there is nothing to write.</summary>
    public sealed override void Flush()
    {
    }

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public sealed override void SetLength(long value) => throw NotWritable();

    /// <summary>Not supported.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public sealed override void Write(byte[] buffer, int offset, int count) => throw NotWritable();

    /// <summary>Reads bytes from the position, and advances the position.</summary>
    /// <param name="buffer">The destination.</param>
    /// <returns>The number of bytes; 0 at the end of the range.</returns>
    /// <exception cref="ImageCorruptedException">The bytes are damaged; no damaged byte is returned.</exception>
    protected abstract int ReadCore(Span<byte> buffer);

    /// <summary>Reads bytes from the position, and advances the position.</summary>
    /// <param name="buffer">The destination.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of bytes; 0 at the end of the range.</returns>
    /// <exception cref="ImageCorruptedException">The bytes are damaged; no damaged byte is returned.</exception>
    protected abstract ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Copies the rest of the range. The default implementation uses a buffer and <see cref="Read(Span{byte})"/>.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="bufferSize">The size of a buffer in bytes, if the stream needs one.</param>
    protected virtual void CopyToCore(Stream destination, int bufferSize) => base.CopyTo(destination, bufferSize);

    /// <summary>Copies the rest of the range. The default implementation uses a buffer and <c>ReadAsync</c>.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="bufferSize">The size of a buffer in bytes, if the stream needs one.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    protected virtual Task CopyToCoreAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => base.CopyToAsync(destination, bufferSize, cancellationToken);

    /// <summary>Releases the resources of the stream. Called once, when the stream is disposed.</summary>
    protected abstract void Release();

    /// <inheritdoc/>
    protected sealed override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _observer, Disposed) != Disposed)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    /// <summary>Reports damage once, although later reads fail again.</summary>
    private void Report(StorageCorruptedException damage)
    {
        if (_observer is IDamageObserver observer && Interlocked.CompareExchange(ref _observer, null, observer) == observer)
        {
            observer.OnDamage(damage.Key, damage);
        }
    }

    private async Task CopyObservedAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        try
        {
            await CopyToCoreAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageCorruptedException damage)
        {
            Report(damage);
            throw;
        }
    }

    private async ValueTask<int> ObserveAsync(ValueTask<int> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        catch (StorageCorruptedException damage)
        {
            Report(damage);
            throw;
        }
    }

    private static NotSupportedException NotWritable() => new("The stream of a stored image cannot be written.");
}
