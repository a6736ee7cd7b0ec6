using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>
/// A stream of an image, or of a range of its bytes, that reads one block at a time and verifies a block before it
/// returns any byte of the block. A subclass reads and verifies the blocks.
/// </summary>
/// <remarks>
/// For one caller at a time. If a caller disposes the stream during a read, the pooled buffer must not be reused while
/// the read still uses the buffer. The last user therefore releases buffer and source.
/// </remarks>
public abstract class ImageBlockStream : ImageReadStream
{
    private readonly long _payloadLength;
    private readonly int _blockLength;
    private readonly Lock _gate = new();
    private byte[]? _buffer;
    private long _bufferStart;
    private int _bufferLength;
    private int _users;

    /// <param name="range">The bytes of the stream.</param>
    /// <param name="payloadLength">The length of the complete payload.</param>
    /// <param name="blockLength">The length of each block except the last block.</param>
    /// <param name="buffer">A buffer from <see cref="ArrayPool{T}.Shared"/> for one block, or for a shorter payload.
    /// The stream owns the buffer.</param>
    /// <param name="loaded">The number of verified bytes at the start of the payload that are already in the
    /// buffer.</param>
    protected ImageBlockStream(ResolvedRange range, long payloadLength, int blockLength, byte[] buffer, int loaded = 0)
        : base(range)
    {
        (_payloadLength, _blockLength, _buffer, _bufferLength) = (payloadLength, blockLength, buffer, loaded);
    }

    /// <summary>The end of the block with the last byte of the range. Nothing after this position is read.</summary>
    protected long LastBlockEnd => Math.Min(_payloadLength, (((Range.Offset + Range.Length - 1) / _blockLength) + 1) * _blockLength);

    private long PayloadPosition => Range.Offset + Position;

    private bool IsLoaded => PayloadPosition - _bufferStart is >= 0 and var ahead && ahead < _bufferLength;

    /// <inheritdoc/>
    protected sealed override int ReadCore(Span<byte> buffer)
    {
        var blocks = Acquire();
        try
        {
            if (buffer.IsEmpty || IsAtEnd)
            {
                return 0;
            }

            if (!IsLoaded)
            {
                var (start, length) = NextBlock();
                Load(start, blocks.AsSpan(0, length));
                (_bufferStart, _bufferLength) = (start, length);
            }

            return Take(blocks, buffer);
        }
        finally
        {
            EndUse();
        }
    }

    /// <inheritdoc/>
    protected sealed override ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return buffer.IsEmpty || IsAtEnd || IsLoaded ? ValueTask.FromResult(ReadCore(buffer.Span)) : LoadAndReadAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    protected sealed override async Task CopyToCoreAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        var blocks = Acquire();
        try
        {
            var isFirst = true;
            while (!IsAtEnd)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!IsLoaded)
                {
                    var (start, length) = NextBlock();
                    await LoadAsync(start, blocks.AsMemory(0, length), mayBlock: !isFirst, cancellationToken).ConfigureAwait(false);
                    (_bufferStart, _bufferLength, isFirst) = (start, length, false);
                }

                var available = Available(blocks);
                await destination.WriteAsync(available, cancellationToken).ConfigureAwait(false);
                Position += available.Length;
            }
        }
        finally
        {
            EndUse();
        }
    }

    /// <summary>Reads a block and verifies it; throws if the block is damaged.</summary>
    /// <param name="start">The position of the block in the payload.</param>
    /// <param name="block">The destination, with the length of the block.</param>
    protected abstract void Load(long start, Span<byte> block);

    /// <summary>Reads a block and verifies it; throws if the block is damaged.</summary>
    /// <param name="start">The position of the block in the payload.</param>
    /// <param name="block">The destination, with the length of the block.</param>
    /// <param name="mayBlock">True if the thread belongs to a copy in the background, and may be blocked.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    protected abstract ValueTask LoadAsync(long start, Memory<byte> block, bool mayBlock, CancellationToken cancellationToken);

    /// <summary>Releases the source of the blocks.</summary>
    protected abstract void CloseSource();

    /// <inheritdoc/>
    protected sealed override void Release() => CloseIfUnused();

    private async ValueTask<int> LoadAndReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var blocks = Acquire();
        try
        {
            var (start, length) = NextBlock();
            await LoadAsync(start, blocks.AsMemory(0, length), mayBlock: false, cancellationToken).ConfigureAwait(false);
            (_bufferStart, _bufferLength) = (start, length);
            return Take(blocks, buffer.Span);
        }
        finally
        {
            EndUse();
        }
    }

    // A failed read leaves no bytes in the buffer that could be returned.
    private (long Start, int Length) NextBlock()
    {
        _bufferLength = 0;
        var start = PayloadPosition / _blockLength * _blockLength;
        return (start, (int)Math.Min(_blockLength, _payloadLength - start));
    }

    private int Take(byte[] blocks, Span<byte> buffer)
    {
        var available = Available(blocks).Span;
        var count = Math.Min(buffer.Length, available.Length);
        available[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    private ReadOnlyMemory<byte> Available(byte[] blocks) =>
        blocks.AsMemory((int)(PayloadPosition - _bufferStart), (int)Math.Min(_bufferStart + _bufferLength - PayloadPosition, Range.Length - Position));

    private byte[] Acquire()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            _users++;
            return _buffer!;
        }
    }

    private void EndUse()
    {
        lock (_gate)
        {
            _users--;
        }

        CloseIfUnused();
    }

    private void CloseIfUnused()
    {
        byte[]? unused = null;
        lock (_gate)
        {
            if (IsDisposed && _users == 0)
            {
                (unused, _buffer) = (_buffer, null);
            }
        }

        if (unused is not null)
        {
            ArrayPool<byte>.Shared.Return(unused);
            CloseSource();
        }
    }
}
