using System.Buffers;
using ImageStorage.Caching.Entries;
using ImageStorage.Errors;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// The bytes of an image on disk, or a range of them, as a seekable stream of its own: read block by block, each checked before any byte of it is handed out. When a block is damaged,
/// or cannot be read, the stream goes on with the provider's bytes of the same version.
/// </summary>
internal sealed class DiskStream : Stream
{
    // Up to so many bytes are read when the stream is opened, where file calls may block.
    private const int WholeLength = 2 * EntryFormat.BlockLength;

    private readonly DiskFile _file;
    private readonly ResolvedRange _range;
    private readonly Func<ByteRange, CancellationToken, Task<Stream>> _reopen;
    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private Stream? _rest;
    private long _restPosition;
    private long _bufferStart;
    private int _bufferLength;
    private long _position;
    private int _users;
    private bool _isDisposed;

    /// <param name="file">The file, held; let go of when the stream is disposed.</param>
    /// <param name="range">The part to read.</param>
    /// <param name="reopen">Opens a part of this version at the provider.</param>
    public DiskStream(DiskFile file, ResolvedRange range, Func<ByteRange, CancellationToken, Task<Stream>> reopen)
    {
        (_file, _range, _reopen) = (file, range, reopen);
        var isWhole = file.Length <= WholeLength;
        _buffer = ArrayPool<byte>.Shared.Rent(isWhole ? (int)file.Length : EntryFormat.BlockLength);

        // What cannot be read now is found out by the reads, which can go elsewhere.
        _bufferLength = isWhole && file.TryReadWhole(_buffer.AsSpan(0, (int)file.Length)) ? (int)file.Length : 0;
    }

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length => _range.Length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
        }
    }

    private bool IsBuffered => _range.Offset + _position >= _bufferStart && _range.Offset + _position < _bufferStart + _bufferLength;

    // Nothing in it comes back to the thread that waits, and only a damaged entry makes it wait for the provider.
    public override int Read(Span<byte> buffer)
    {
        Enter();
        try
        {
            if (buffer.IsEmpty || _position >= _range.Length)
            {
                return 0;
            }

            if (TryLoad())
            {
                return Take(buffer);
            }

            var rest = OpenRestAsync(CancellationToken.None).GetAwaiter().GetResult();
            return Advance(rest.Read(buffer[..(int)Math.Min(buffer.Length, _range.Length - _position)]));
        }
        finally
        {
            Leave();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            if (buffer.IsEmpty || _position >= _range.Length)
            {
                return 0;
            }

            if (!IsBuffered)
            {
                // File calls block, and the thread that asks must not.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }

            if (TryLoad())
            {
                return Take(buffer.Span);
            }

            var rest = await OpenRestAsync(cancellationToken).ConfigureAwait(false);
            return Advance(await rest.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _range.Length - _position)], cancellationToken).ConfigureAwait(false));
        }
        finally
        {
            Leave();
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        Enter();
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            while (_position < _range.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!TryLoad())
                {
                    var rest = await OpenRestAsync(cancellationToken).ConfigureAwait(false);
                    await rest.CopyToAsync(destination, bufferSize, cancellationToken).ConfigureAwait(false);
                    _restPosition = _position = _range.Length;
                    return;
                }

                var piece = Available();
                await destination.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
                _position += piece.Length;
            }
        }
        finally
        {
            Leave();
        }
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => _range.Length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lock (_gate)
            {
                _isDisposed = true;
            }

            CloseIfUnused();
        }

        base.Dispose(disposing);
    }

    /// <summary>Has the block at the position in the buffer; answers false when it is not to be had from the file.</summary>
    private bool TryLoad()
    {
        if (_rest is not null || IsBuffered)
        {
            return _rest is null;
        }

        var index = (_range.Offset + _position) >> EntryFormat.BlockShift;
        var start = index << EntryFormat.BlockShift;
        var block = _buffer.AsSpan(0, (int)Math.Min(EntryFormat.BlockLength, _file.Length - start));
        _bufferLength = 0;
        if (!_file.TryReadBlock((int)index, block))
        {
            return false;
        }

        (_bufferStart, _bufferLength) = (start, block.Length);
        return true;
    }

    private ReadOnlyMemory<byte> Available()
    {
        var start = _range.Offset + _position;
        var length = Math.Min(_bufferStart + _bufferLength - start, _range.Length - _position);
        return _buffer.AsMemory((int)(start - _bufferStart), (int)length);
    }

    private int Take(Span<byte> buffer)
    {
        var available = Available().Span;
        var count = Math.Min(buffer.Length, available.Length);
        available[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    private int Advance(int read)
    {
        if (read == 0)
        {
            throw new ImageCorruptedException($"Image '{_file.Info.Key}' ended before its {_file.Length} bytes. Verify the store.") { Key = _file.Info.Key };
        }

        _position += read;
        _restPosition += read;
        return read;
    }

    /// <summary>The provider's bytes from the position on.</summary>
    private async Task<Stream> OpenRestAsync(CancellationToken cancellationToken)
    {
        if (_rest is { } rest && _restPosition == _position)
        {
            return rest;
        }

        if (_rest is { } elsewhere)
        {
            await elsewhere.DisposeAsync().ConfigureAwait(false);
        }

        _rest = await _reopen(new ByteRange(_range.Offset + _position, _range.Length - _position), cancellationToken).ConfigureAwait(false);
        _restPosition = _position;
        return _rest;
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _users++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _users--;
        }

        CloseIfUnused();
    }

    // Disposal beside a read must not hand the pooled buffer to somebody else while the read still uses it.
    private void CloseIfUnused()
    {
        byte[]? buffer;
        lock (_gate)
        {
            buffer = _isDisposed && _users == 0 ? Interlocked.Exchange(ref _buffer, null) : null;
        }

        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _rest?.Dispose();
            _file.Release();
        }
    }
}
