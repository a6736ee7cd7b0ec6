using System.Buffers;
using Azure;
using ImageStorage.AzureBlob.Errors;
using ImageStorage.AzureBlob.Records;

namespace ImageStorage.AzureBlob.Payloads;

/// <summary>
/// The bytes of an image, or a range of them, as a stream. A small image is in memory, whole and checked; of a larger one a
/// block at a time is, checked before any byte of it is handed out.
/// </summary>
/// <remarks>
/// Like every stream, for one caller at a time; but disposing it beside a read must not give its pooled buffer to somebody
/// else while the read still fills it, so the last one who lets go returns it.
/// </remarks>
internal sealed class ImageBytes : Stream
{
    private readonly ImageKey _key;
    private readonly ResolvedRange _range;
    private readonly long _storedLength;
    private readonly ReadOnlyMemory<byte> _table;
    private readonly PayloadSource? _source;
    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private long _position;
    private int _users;
    private bool _disposed;

    /// <summary>Bytes that are in memory; the buffer, from the pool, is owned from now on.</summary>
    public ImageBytes(ImageKey key, ResolvedRange range, byte[] buffer, int length)
    {
        (_key, _range, _buffer, _bufferLength, _storedLength) = (key, range, buffer, length, length);
    }

    /// <summary>Bytes that are read from a payload, owned from now on.</summary>
    public ImageBytes(ImageKey key, ResolvedRange range, PayloadSource source, long storedLength, ReadOnlyMemory<byte> table)
    {
        (_key, _range, _source, _storedLength, _table) = (key, range, source, storedLength, table);
        _buffer = ArrayPool<byte>.Shared.Rent(BlockHashes.BlockLength);
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

    private bool IsLoaded => _range.Offset + _position - _bufferStart is >= 0 and var ahead && ahead < _bufferLength;

    private bool IsAtEnd => _position >= _range.Length;

    public override int Read(Span<byte> buffer)
    {
        var block = Acquire();
        try
        {
            if (buffer.IsEmpty || IsAtEnd)
            {
                return 0;
            }

            if (!IsLoaded)
            {
                Load(block);
            }

            return Hand(block, buffer);
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

        return buffer.IsEmpty || IsAtEnd || IsLoaded ? ValueTask.FromResult(Read(buffer.Span)) : LoadAndReadAsync(buffer, cancellationToken);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        var block = Acquire();
        try
        {
            while (!IsAtEnd)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!IsLoaded)
                {
                    await LoadAsync(block, cancellationToken).ConfigureAwait(false);
                }

                var available = Available(block);
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

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _disposed = true;
            ReturnIfUnusedLocked();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> LoadAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var block = Acquire();
        try
        {
            await LoadAsync(block, cancellationToken).ConfigureAwait(false);
            return Hand(block, buffer.Span);
        }
        finally
        {
            Release();
        }
    }

    private int Hand(byte[] block, Span<byte> buffer)
    {
        var available = Available(block);
        var count = Math.Min(buffer.Length, available.Length);
        available.Span[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    private ReadOnlyMemory<byte> Available(byte[] block)
    {
        var start = _range.Offset + _position;
        return block.AsMemory((int)(start - _bufferStart), (int)Math.Min(_bufferStart + _bufferLength - start, _range.Length - _position));
    }

    private async ValueTask LoadAsync(byte[] block, CancellationToken cancellationToken)
    {
        var (index, start, length) = Next();
        try
        {
            var read = await _source!.ReadAsync(start, block.AsMemory(0, length), End, cancellationToken).ConfigureAwait(false);
            Check(index, start, block.AsSpan(0, length), read);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, cancellationToken))
        {
            throw Failed(exception);
        }
    }

    private void Load(byte[] block)
    {
        var (index, start, length) = Next();
        try
        {
            var read = _source!.Read(start, block.AsSpan(0, length), End);
            Check(index, start, block.AsSpan(0, length), read);
        }
        catch (Exception exception) when (AzureErrors.IsExpected(exception, CancellationToken.None))
        {
            throw Failed(exception);
        }
    }

    // The end of the block that holds the last byte wanted.
    private long End => Math.Min(_storedLength, ((_range.Offset + _range.Length - 1) | (BlockHashes.BlockLength - 1)) + 1);

    private (long Index, long Start, int Length) Next()
    {
        _bufferLength = 0;
        var index = (_range.Offset + _position) >> BlockHashes.BlockShift;
        var start = index << BlockHashes.BlockShift;
        return (index, start, (int)Math.Min(BlockHashes.BlockLength, _storedLength - start));
    }

    private void Check(long index, long start, ReadOnlySpan<byte> block, int read)
    {
        if (read != block.Length || !BlockHashes.IsSound(block, _table.Span, index))
        {
            throw RecordCodec.Damaged(_key, read == block.Length ? $"the bytes {start} to {start + block.Length - 1} do not match their hash" : "its payload is cut short");
        }

        (_bufferStart, _bufferLength) = (start, block.Length);
    }

    private Exception Failed(Exception exception) => exception is RequestFailedException missing && missing.IsBlobMissing()
        ? RecordCodec.Damaged(_key, "its payload is gone", "Read it again: it may have been replaced while it was read, longer ago than AzureBlob.ReplacedContentRetention.", exception)
        : exception is RequestFailedException { Status: 416 } ? RecordCodec.Damaged(_key, "its payload is cut short", inner: exception)
        : AzureErrors.Translate(exception, "reading", _key);

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
            _source?.Dispose();
        }
    }
}
