namespace ImageStorage.Mirroring;

/// <summary>
/// The bytes of an image from one replica. If the bytes are damaged or the replica stops answering, the stream
/// continues from the other replica at the same offset, once.
/// </summary>
/// <param name="image">The image as opened on the first replica; owned by this stream.</param>
/// <param name="continueAsync">Opens the rest on the other replica for a failure and an offset within the range;
/// returns <see langword="null"/> if that is impossible.</param>
internal sealed class MirrorStream(StoredImage image, Func<ImageStorageException, long, CancellationToken, ValueTask<StoredImage?>> continueAsync) : Stream
{
    private readonly long _length = image.Range.Length;
    private StoredImage _current = image;
    private long _start;
    private long _delivered;
    private bool _hasChanged;

    public override bool CanRead => _current.Content.CanRead;

    public override bool CanSeek => _current.Content.CanSeek;

    public override bool CanWrite => false;

    public override long Length => CanSeek ? _length : throw new NotSupportedException("The stream of this stored image cannot seek.");

    public override long Position
    {
        get => _start + _current.Content.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int Read(Span<byte> buffer)
    {
        var position = _delivered;
        try
        {
            return Count(_current.Content.Read(buffer));
        }
        catch (ImageStorageException failure) when (IsFromReplica(failure))
        {
            // The caller has chosen to block, and the other replica can only be opened asynchronously.
            if (!ContinueAsync(failure, position, CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                throw;
            }

            return Read(buffer);
        }
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        ValidateBufferArguments(buffer, offset, count);
        return Read(buffer.AsSpan(offset, count));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var position = _delivered;
        try
        {
            return Count(await _current.Content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));
        }
        catch (ImageStorageException failure) when (IsFromReplica(failure))
        {
            if (!await ContinueAsync(failure, position, cancellationToken).ConfigureAwait(false))
            {
                throw;
            }
        }

        return await ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        ValidateBufferArguments(buffer, offset, count);
        return ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }

    public override long Seek(long offset, SeekOrigin origin)
    {
        if (!CanSeek)
        {
            throw new NotSupportedException("The stream of this stored image cannot seek.");
        }

        var target = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => Position + offset, _ => Length + offset };
        if (target < _start)
        {
            throw new IOException("The stream of this stored image continued from the other replica of its mirror, and cannot seek to before that position.");
        }

        _current.Content.Position = target - _start;
        return _delivered = target;
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("The stream of a stored image cannot be written.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("The stream of a stored image cannot be written.");

    public override async ValueTask DisposeAsync()
    {
        await _current.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsFromReplica(ImageStorageException failure) => failure is ImageCorruptedException or StorageUnavailableException;

    private int Count(int read)
    {
        _delivered += read;
        return read;
    }

    /// <summary>Changes to the other replica, at most once.</summary>
    private async ValueTask<bool> ContinueAsync(ImageStorageException failure, long position, CancellationToken cancellationToken)
    {
        if (_hasChanged || await continueAsync(failure, position, cancellationToken).ConfigureAwait(false) is not { } rest)
        {
            return false;
        }

        _hasChanged = true;
        await _current.DisposeAsync().ConfigureAwait(false);
        (_current, _start, _delivered) = (rest, position, position);
        return true;
    }
}
