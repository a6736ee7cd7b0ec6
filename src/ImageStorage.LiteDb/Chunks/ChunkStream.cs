namespace ImageStorage.LiteDb.Chunks;

/// <summary>
/// The bytes of an image, or a range of them, as a stream. A small image was read and checked whole when it was opened; of a larger
/// one some chunks at a time are read, and each is checked before any byte of it is handed out.
/// </summary>
internal sealed class ChunkStream : Stream
{
    private readonly int _chunkBytes;
    private readonly int _chunkCount;
    private readonly ResolvedRange _range;
    private readonly ChunkSource? _source;
    private byte[][] _chunks;
    private int _firstChunk;
    private long _position;
    private bool _disposed;

    /// <param name="chunkBytes">The bytes in each chunk but the last.</param>
    /// <param name="chunkCount">The number of chunks of the image.</param>
    /// <param name="range">The bytes to return.</param>
    /// <param name="chunks">Chunks that were read already.</param>
    /// <param name="firstChunk">The place of the first of them.</param>
    /// <param name="source">Where others come from, owned from now on; null when all are here.</param>
    public ChunkStream(int chunkBytes, int chunkCount, ResolvedRange range, byte[][] chunks, int firstChunk, ChunkSource? source)
    {
        _chunkBytes = chunkBytes;
        _chunkCount = chunkCount;
        _range = range;
        _chunks = chunks;
        _firstChunk = firstChunk;
        _source = source;
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

    /// <summary>How many chunks of a size are read at once: about 256 KiB.</summary>
    public static int ChunksAtOnce(int chunkBytes) => Math.Max(1, LiteDbStorageOptionsValidator.MostChunkBytes / chunkBytes);

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position >= _range.Length)
        {
            return 0;
        }

        if (!IsLoaded)
        {
            // The thread of the store needs none of the pool's, so that this wait ends.
            LoadAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        return Take(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (buffer.IsEmpty || _position >= _range.Length)
        {
            return 0;
        }

        if (!IsLoaded)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        return Take(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed, this);
        while (_position < _range.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsLoaded)
            {
                await LoadAsync(cancellationToken).ConfigureAwait(false);
            }

            var available = Available();
            await destination.WriteAsync(available, cancellationToken).ConfigureAwait(false);
            _position += available.Length;
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
        _disposed = true;
        if (disposing)
        {
            _source?.Dispose();
        }

        base.Dispose(disposing);
    }

    private int ChunkIndex => (int)((_range.Offset + _position) / _chunkBytes);

    private bool IsLoaded => ChunkIndex >= _firstChunk && ChunkIndex < _firstChunk + _chunks.Length;

    private int Take(Span<byte> buffer)
    {
        var available = Available().Span;
        var count = Math.Min(buffer.Length, available.Length);
        available[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    /// <summary>The rest of the chunk in which the position is.</summary>
    private ReadOnlyMemory<byte> Available()
    {
        var index = ChunkIndex;
        var chunk = _chunks[index - _firstChunk].AsMemory(ChunkFormat.HashLength);
        var part = chunk[(int)(_range.Offset + _position - ((long)index * _chunkBytes))..];
        return part[..(int)Math.Min(part.Length, _range.Length - _position)];
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var first = ChunkIndex;
        var last = (int)Math.Min(_chunkCount - 1, (_range.Offset + _range.Length - 1) / _chunkBytes);
        var count = Math.Min(ChunksAtOnce(_chunkBytes), last - first + 1);
        _chunks = [];
        _chunks = await _source!.ReadAsync(first, count, cancellationToken).ConfigureAwait(false);
        _firstChunk = first;
    }
}
