namespace ImageStorage.Providers;

/// <summary>
/// The base class of the streams of stored images: read-only, seekable, for one caller at a time. A subclass reads from
/// <see cref="Position"/> and advances the position.
/// </summary>
/// <param name="range">The bytes of the image that the stream returns.</param>
public abstract class ImageReadStream(ResolvedRange range) : Stream
{
    private long _position;
    private int _isDisposed;

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
    protected bool IsDisposed => Volatile.Read(ref _isDisposed) != 0;

    /// <inheritdoc/>
    public abstract override int Read(Span<byte> buffer);

    /// <inheritdoc/>
    public sealed override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    // The overloads and their defaults are those of Stream.
#pragma warning disable RS0027
    /// <inheritdoc/>
    public abstract override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default);
#pragma warning restore RS0027

    /// <inheritdoc/>
    public sealed override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

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

    /// <summary>Releases the resources of the stream. Called once, when the stream is disposed.</summary>
    protected abstract void Release();

    /// <inheritdoc/>
    protected sealed override void Dispose(bool disposing)
    {
        if (disposing && Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Release();
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException NotWritable() => new("The stream of a stored image cannot be written.");
}
