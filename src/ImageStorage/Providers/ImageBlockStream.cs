using System.Buffers;

namespace ImageStorage.Providers;

/// <summary>
/// An image, or a range of it, that is read a block at a time, where a block is checked before any byte of it is handed out. A subclass fills and checks the blocks.
/// </summary>
/// <remarks>
/// Like every stream, for one caller at a time; but disposing it beside a read must not give its pooled buffer to somebody else while the read still uses
/// it. So buffer and source are let go of by the last who uses them.
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

    /// <param name="range">The bytes to give.</param>
    /// <param name="payloadLength">The length of all of the payload, of which the range is a part.</param>
    /// <param name="blockLength">The length of each block but the last.</param>
    /// <param name="buffer">A buffer from <see cref="ArrayPool{T}.Shared"/> with room for a block, or for the payload where that is shorter; owned from now on.</param>
    /// <param name="loaded">How many of the payload's first bytes are in the buffer already, checked.</param>
    protected ImageBlockStream(ResolvedRange range, long payloadLength, int blockLength, byte[] buffer, int loaded = 0)
        : base(range)
    {
        (_payloadLength, _blockLength, _buffer, _bufferLength) = (payloadLength, blockLength, buffer, loaded);
    }

    /// <summary>Where the block that has the last byte of the range ends: nothing behind it is ever asked for.</summary>
    protected long LastBlockEnd => Math.Min(_payloadLength, (((Range.Offset + Range.Length - 1) / _blockLength) + 1) * _blockLength);

    private long PayloadPosition => Range.Offset + Position;

    private bool IsLoaded => PayloadPosition - _bufferStart is >= 0 and var ahead && ahead < _bufferLength;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
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
            Release();
        }
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellationToken);
        }

        return buffer.IsEmpty || IsAtEnd || IsLoaded ? ValueTask.FromResult(Read(buffer.Span)) : LoadAndReadAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
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
            Release();
        }
    }

    /// <summary>Fills a block and checks it, or throws what is wrong with it.</summary>
    /// <param name="start">Where it begins in the payload.</param>
    /// <param name="block">As long as the block is.</param>
    protected abstract void Load(long start, Span<byte> block);

    /// <summary>Fills a block and checks it, or throws what is wrong with it.</summary>
    /// <param name="start">Where it begins in the payload.</param>
    /// <param name="block">As long as the block is.</param>
    /// <param name="mayBlock">Does this thread belong to a copy that has left its caller's thread already, so that it may be blocked?</param>
    /// <param name="cancellationToken">Ends the call.</param>
    protected abstract ValueTask LoadAsync(long start, Memory<byte> block, bool mayBlock, CancellationToken cancellationToken);

    /// <summary>Lets go of where the blocks come from.</summary>
    protected abstract void CloseSource();

    /// <inheritdoc/>
    protected sealed override void LetGo() => CloseIfUnused();

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
            Release();
        }
    }

    // What fails half-way leaves nothing in the buffer that could be handed out.
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

    private void Release()
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
