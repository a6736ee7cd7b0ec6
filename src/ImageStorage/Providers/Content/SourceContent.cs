using System.Buffers;
using System.Diagnostics;

namespace ImageStorage.Providers;

/// <summary>
/// The stream of a caller as <see cref="ImageContent"/>: read in large pieces into pooled buffers, hashed while it is
/// read, and checked against its declared and its maximum length.
/// </summary>
/// <remarks>
/// Memory: a head of 128 KiB (up to 512 KiB for a format of the application) and at most three buffers of 128 KiB,
/// whatever the length of the image. <see cref="DisposeAsync"/> returns the buffers after the hasher has released them.
/// </remarks>
internal sealed class SourceContent : IntakeContent
{
    private const int SlotCount = ContentHasher.MaxPending - 1;

    private readonly Stream _source;
    private readonly ContentIdentity _identity;
    private readonly long _start;
    private ContentHasher _hasher;
    private (byte[]? Buffer, long Hash)[]? _slots;

    private byte[] _head;
    private int _headLength;
    private bool _headDelivered;
    private bool _ended;
    private long _total;
    private int _nextSlot;
    private long _waited;

    public SourceContent(ImageKey key, Stream source, long? declaredLength, long maxLength, ContentIdentity identity)
        : base(key, maxLength)
    {
        _source = source;
        _identity = identity;
        Length = LengthOf(source, declaredLength);
        _start = source.CanSeek ? source.Position : 0;
        _hasher = new ContentHasher(identity);

        // Longer than the image by one byte, so that filling the head also finds the end.
        _head = ArrayPool<byte>.Shared.Rent(Length < PieceLength ? (int)Length.Value + 1 : PieceLength);
    }

    public override long? Length { get; }

    internal override TimeSpan? Waited => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _waited));

    public override async ValueTask<ReadOnlyMemory<byte>> ReadHeadAsync(int minimum, CancellationToken cancellationToken)
    {
        if (Length > MaxLength)
        {
            throw TooLong();
        }

        if (minimum > _head.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(minimum);
            _head.AsSpan(0, _headLength).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_head);
            _head = larger;
        }

        if (!_ended && _headLength < _head.Length)
        {
            _headLength += await FillAsync(_head.AsMemory(_headLength), cancellationToken).ConfigureAwait(false);
        }

        return _head.AsMemory(0, _headLength);
    }

    public override bool Ended => _ended;

    public override async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_headDelivered)
        {
            var head = await ReadHeadAsync(1, cancellationToken).ConfigureAwait(false);
            _headDelivered = true;
            if (!head.IsEmpty)
            {
                Inspector?.Inspect(head.Span, isLast: _ended);
                _ = _ended ? _hasher.EnqueueAll(head) : _hasher.Enqueue(head);
                return head;
            }
        }

        if (_ended)
        {
            return default;
        }

        var slot = _nextSlot;
        _nextSlot = (slot + 1) % SlotCount;
        _slots ??= new (byte[]?, long)[SlotCount];
        await _hasher.WaitAsync(_slots[slot].Hash).ConfigureAwait(false);
        var buffer = _slots[slot].Buffer ??= ArrayPool<byte>.Shared.Rent(PieceLength);
        var filled = await FillAsync(buffer.AsMemory(0, PieceLength), cancellationToken).ConfigureAwait(false);
        var piece = buffer.AsMemory(0, filled);
        Inspector?.Inspect(piece.Span, isLast: _ended);
        if (filled == 0)
        {
            return default;
        }

        _slots[slot].Hash = _hasher.Enqueue(piece);
        return piece;
    }

    // A source that ended within the head is completely in memory.
    public override bool CanRewind => _source.CanSeek || (_ended && _total == _headLength);

    public override async ValueTask RewindAsync(CancellationToken cancellationToken = default)
    {
        if (!CanRewind)
        {
            throw new NotSupportedException("The source cannot be read again, because it cannot seek.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        await _hasher.WaitForAllAsync().ConfigureAwait(false);
        _hasher.Dispose();
        _hasher = new ContentHasher(_identity);
        if (_slots is { } slots)
        {
            for (var slot = 0; slot < slots.Length; slot++)
            {
                slots[slot].Hash = 0;
            }
        }

        _headDelivered = false;
        Inspector?.Restart();
        if (_total == _headLength)
        {
            return;
        }

        // The head is still in memory, so the source continues after the head.
        try
        {
            _source.Position = _start + _headLength;
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException or ObjectDisposedException)
        {
            throw SourceFailed(exception);
        }

        (_total, _ended) = (_headLength, false);
    }

    public override ValueTask<ContentDigest> GetDigestAsync() => _ended && _headDelivered
        ? _hasher.GetDigestAsync()
        : throw new InvalidOperationException("The digest is known only after all bytes have been read.");

    public override async ValueTask DisposeAsync()
    {
        Inspector?.Dispose();
        await _hasher.WaitForAllAsync().ConfigureAwait(false);
        _hasher.Dispose();
        ArrayPool<byte>.Shared.Return(_head);
        foreach (var (buffer, _) in _slots ?? [])
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private long? LengthOf(Stream content, long? declaredLength)
    {
        if (!content.CanRead)
        {
            throw new ArgumentException($"The source of image '{Key}' is a stream that cannot be read; it may have been disposed.", nameof(content));
        }

        if (!content.CanSeek)
        {
            return declaredLength;
        }

        long length;
        try
        {
            length = Math.Max(0, content.Length - content.Position);
        }
        catch (Exception exception) when (exception is IOException or NotSupportedException or ObjectDisposedException)
        {
            throw SourceFailed(exception);
        }

        return declaredLength is null || declaredLength == length
            ? length
            : throw OtherThanDeclared(length, declaredLength);
    }

    /// <summary>Reads until the buffer is full or the source ends, and checks the lengths.</summary>
    private async ValueTask<int> FillAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            int read;
            try
            {
                read = await _source.ReadAsync(buffer[filled..], cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception exception)
            {
                // The boundary to the caller's code: any exception of the stream is reported as a failure of the
                // source, so that it is never mistaken for a failure of the store.
                throw SourceFailed(exception);
            }
            finally
            {
                // The reads of a content follow each other.
                Volatile.Write(ref _waited, _waited + Stopwatch.GetTimestamp() - started);
            }

            if (read == 0)
            {
                _ended = true;
                break;
            }

            filled += read;
            _total += read;
            ThrowIfTooLong();
        }

        return _ended && Length is { } declared && _total != declared
            ? throw new ImageValidationException(ImageValidationKind.LengthMismatch, $"The source of image '{Key}' ended after {_total} of {declared} bytes; nothing was stored.") { Key = Key }
            : filled;
    }

    private void ThrowIfTooLong()
    {
        if (_total > MaxLength)
        {
            throw TooLong();
        }

        if (_total > Length)
        {
            throw new ImageValidationException(ImageValidationKind.LengthMismatch, $"The source of image '{Key}' has more than the declared {Length} bytes; nothing was stored.") { Key = Key };
        }
    }

    private ImageSourceException SourceFailed(Exception exception) =>
        new($"Reading the source of image '{Key}' failed: {exception.Message} Nothing was stored; see the inner exception.", exception) { Key = Key };
}
