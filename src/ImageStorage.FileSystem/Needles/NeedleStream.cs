using System.Buffers;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Needles;

/// <summary>
/// The payload of an image file, or a range of it, as a stream: read block by block, each checked against its hash
/// before any byte of it is handed out. A small file is read and checked whole when it is opened.
/// </summary>
/// <remarks>
/// Like every stream, one caller at a time; but disposing it beside a read must not hand its pooled buffer to somebody
/// else while the read still uses it, so the buffer goes back when the last user lets go.
/// </remarks>
internal sealed class NeedleStream : Stream
{
    /// <summary>Files up to this length are read with one call, footer and all.</summary>
    public const int WholeLength = 256 * 1024;

    private readonly ImageKey _key;
    private readonly ReadOnlyMemory<byte> _table;
    private readonly long _payloadLength;
    private readonly ResolvedRange _range;
    private readonly VolumeFile? _file;
    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private long _position;
    private int _users;
    private bool _disposed;

    /// <param name="key">The image, for messages.</param>
    /// <param name="tail">Its record and table.</param>
    /// <param name="range">The bytes to return.</param>
    /// <param name="file">The open file, owned from now on; null when all of it is in the buffer.</param>
    /// <param name="buffer">A pooled buffer, owned from now on: the whole payload, checked, or room for a block.</param>
    public NeedleStream(ImageKey key, in NeedleTail tail, ResolvedRange range, VolumeFile? file, byte[] buffer)
    {
        _key = key;
        _table = tail.Table;
        _payloadLength = tail.StoredLength;
        _range = range;
        _file = file;
        _buffer = buffer;
        _bufferLength = file is null ? (int)_payloadLength : 0;
    }

    public override bool CanRead => !_disposed;

    public override bool CanSeek => !_disposed;

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

    public override int Read(Span<byte> buffer)
    {
        var source = Acquire();
        try
        {
            if (buffer.IsEmpty || _position >= _range.Length)
            {
                return 0;
            }

            if (!IsBuffered)
            {
                LoadBlock(source);
            }

            var available = Available(source);
            var count = Math.Min(buffer.Length, available.Length);
            available.Span[..count].CopyTo(buffer);
            _position += count;
            return count;
        }
        finally
        {
            Release();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return IsBuffered || _position >= _range.Length ? ValueTask.FromResult(Read(buffer.Span)) : ReadNextBlockAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        if (_file is not null)
        {
            await PoolThread.Switch();
        }

        var source = Acquire();
        try
        {
            while (_position < _range.Length)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!IsBuffered)
                {
                    LoadBlock(source);
                }

                var available = Available(source);
                await destination.WriteAsync(available, cancellationToken).ConfigureAwait(false);
                _position += available.Length;
            }
        }
        finally
        {
            Release();
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

    /// <summary>Checks every block of a payload that is in memory whole.</summary>
    public static void CheckWhole(ImageKey key, in NeedleTail tail, ReadOnlySpan<byte> payload)
    {
        for (var block = 0; block * (long)NeedleFormat.BlockLength < payload.Length; block++)
        {
            var start = block * NeedleFormat.BlockLength;
            CheckBlock(key, tail.Table.Span, block, payload[start..Math.Min(payload.Length, start + NeedleFormat.BlockLength)]);
        }
    }

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _disposed = true;
            ReturnIfUnusedLocked();
        }

        base.Dispose(disposing);
    }

    private bool IsBuffered => _range.Offset + _position >= _bufferStart && _range.Offset + _position < _bufferStart + _bufferLength;

    private async ValueTask<int> ReadNextBlockAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await PoolThread.Switch();
        cancellationToken.ThrowIfCancellationRequested();
        return Read(buffer.Span);
    }

    private ReadOnlyMemory<byte> Available(byte[] buffer)
    {
        var start = _range.Offset + _position;
        var length = Math.Min(_bufferStart + _bufferLength - start, _range.Length - _position);
        return buffer.AsMemory((int)(start - _bufferStart), (int)length);
    }

    private void LoadBlock(byte[] buffer)
    {
        var index = (_range.Offset + _position) >> NeedleFormat.BlockShift;
        var start = index << NeedleFormat.BlockShift;
        var block = buffer.AsSpan(0, (int)Math.Min(NeedleFormat.BlockLength, _payloadLength - start));
        _bufferLength = 0;
        try
        {
            if (_file!.Read(block, start) != block.Length)
            {
                throw NeedleTail.Corrupted(_key, "its file became shorter while it was read");
            }
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            throw FileErrors.Translate(exception, "reading", _key);
        }

        CheckBlock(_key, _table.Span, (int)index, block);
        (_bufferStart, _bufferLength) = (start, block.Length);
    }

    private static void CheckBlock(ImageKey key, ReadOnlySpan<byte> table, int index, ReadOnlySpan<byte> block)
    {
        if (!NeedleFormat.IsSoundBlock(block, table.Slice(index * NeedleFormat.HashLength, NeedleFormat.HashLength)))
        {
            var start = (long)index << NeedleFormat.BlockShift;
            throw NeedleTail.Corrupted(key, $"the bytes {start} to {start + block.Length - 1} do not match their hash");
        }
    }

    private byte[] Acquire()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _users++;
            return _buffer!;
        }
    }

    private void Release()
    {
        lock (_gate)
        {
            _users--;
            ReturnIfUnusedLocked();
        }
    }

    private void ReturnIfUnusedLocked()
    {
        if (_disposed && _users == 0 && _buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
            _file?.Dispose();
        }
    }
}
