namespace ImageStorage.Mirroring;

/// <summary>
/// The bytes of an image as one side gives them. Where it finds them damaged, or stops to answer, in the middle, they go on from the other side: the same
/// version at the same offset, or the failure as it was.
/// </summary>
/// <param name="image">The image as the first side has opened it; owned from now on.</param>
/// <param name="goOnAsync">Opens what is left on the other side, for the failure and from an offset within the range; null where that cannot be.</param>
internal sealed class MirrorStream(StoredImage image, Func<ImageStorageException, long, CancellationToken, ValueTask<StoredImage?>> goOnAsync) : Stream
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
        catch (ImageStorageException failure) when (IsOfSide(failure))
        {
            // The caller has chosen to block, and the other side can only be opened asynchronously.
            if (!GoOnAsync(failure, position, CancellationToken.None).AsTask().GetAwaiter().GetResult())
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
        catch (ImageStorageException failure) when (IsOfSide(failure))
        {
            if (!await GoOnAsync(failure, position, cancellationToken).ConfigureAwait(false))
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
            throw new IOException("The stream of a stored image that went on from the other side of its mirror cannot go back to before that place.");
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

    private static bool IsOfSide(ImageStorageException failure) => failure is ImageCorruptedException or StorageUnavailableException;

    private int Count(int read)
    {
        _delivered += read;
        return read;
    }

    /// <summary>Changes to the other side, once.</summary>
    private async ValueTask<bool> GoOnAsync(ImageStorageException failure, long position, CancellationToken cancellationToken)
    {
        if (_hasChanged || await goOnAsync(failure, position, cancellationToken).ConfigureAwait(false) is not { } rest)
        {
            return false;
        }

        _hasChanged = true;
        await _current.DisposeAsync().ConfigureAwait(false);
        (_current, _start, _delivered) = (rest, position, position);
        return true;
    }
}
