using ImageStorage.Providers;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>
/// The bytes of an image, or a range of the bytes. A small image was read and checked completely when the stream was
/// opened. A larger image is read some chunks at a time, and each chunk is checked before a byte of the chunk is
/// returned.
/// </summary>
internal sealed class ChunkStream : ImageReadStream
{
    private readonly int _chunkBytes;
    private readonly int _chunkCount;
    private readonly ChunkSource? _source;
    private byte[][] _chunks;
    private int _firstChunk;

    /// <summary>Creates a stream.</summary>
    /// <param name="chunkBytes">The number of bytes in each chunk except the last.</param>
    /// <param name="chunkCount">The number of chunks of the image.</param>
    /// <param name="range">The bytes to return.</param>
    /// <param name="chunks">The chunks that have been read.</param>
    /// <param name="firstChunk">The index of the first of these chunks.</param>
    /// <param name="source">
    /// The source of further chunks, which the stream disposes of; null when all chunks are loaded.
    /// </param>
    public ChunkStream(int chunkBytes, int chunkCount, ResolvedRange range, byte[][] chunks, int firstChunk, ChunkSource? source)
        : base(range)
    {
        _chunkBytes = chunkBytes;
        _chunkCount = chunkCount;
        _chunks = chunks;
        _firstChunk = firstChunk;
        _source = source;
    }

    /// <summary>Returns the number of chunks that are read at a time: about 256 KiB.</summary>
    public static int ChunksAtOnce(int chunkBytes) => Math.Max(1, LiteDbStorageOptionsValidator.MaxChunkBytes / chunkBytes);

    protected override int ReadCore(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (buffer.IsEmpty || IsAtEnd)
        {
            return 0;
        }

        if (!IsLoaded)
        {
            // The thread of the store needs no pool thread, so this wait always ends.
            LoadAsync(CancellationToken.None).GetAwaiter().GetResult();
        }

        return CopyAvailable(buffer);
    }

    protected override async ValueTask<int> ReadCoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (buffer.IsEmpty || IsAtEnd)
        {
            return 0;
        }

        if (!IsLoaded)
        {
            await LoadAsync(cancellationToken).ConfigureAwait(false);
        }

        return CopyAvailable(buffer.Span);
    }

    protected override async Task CopyToCoreAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        while (!IsAtEnd)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!IsLoaded)
            {
                await LoadAsync(cancellationToken).ConfigureAwait(false);
            }

            var available = Available();
            await destination.WriteAsync(available, cancellationToken).ConfigureAwait(false);
            Position += available.Length;
        }
    }

    protected override void Release() => _source?.Dispose();

    private int ChunkIndex => (int)((Range.Offset + Position) / _chunkBytes);

    private bool IsLoaded => ChunkIndex >= _firstChunk && ChunkIndex < _firstChunk + _chunks.Length;

    private int CopyAvailable(Span<byte> buffer)
    {
        var available = Available().Span;
        var count = Math.Min(buffer.Length, available.Length);
        available[..count].CopyTo(buffer);
        Position += count;
        return count;
    }

    /// <summary>Returns the rest of the current chunk.</summary>
    private ReadOnlyMemory<byte> Available()
    {
        var index = ChunkIndex;
        var chunk = _chunks[index - _firstChunk].AsMemory(ChunkFormat.HashLength);
        var part = chunk[(int)(Range.Offset + Position - ((long)index * _chunkBytes))..];
        return part[..(int)Math.Min(part.Length, Range.Length - Position)];
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var first = ChunkIndex;
        var last = (int)Math.Min(_chunkCount - 1, (Range.Offset + Range.Length - 1) / _chunkBytes);
        var count = Math.Min(ChunksAtOnce(_chunkBytes), last - first + 1);
        _chunks = [];
        _chunks = await _source!.ReadAsync(first, count, cancellationToken).ConfigureAwait(false);
        _firstChunk = first;
    }
}
