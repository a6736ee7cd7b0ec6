using System.Collections.Concurrent;
using ImageStorage.LiteDb.Engine;
using LiteDB;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>
/// Splits the bytes of an image into chunks. Bytes that do not fit into one group are staged, group by group, under an
/// invisible version that is in the trash until the commit.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="key">
/// The image; stored with its first chunk, so that a verification finds the owner of the chunk.
/// </param>
/// <param name="chunkBytes">The number of bytes in each chunk except the last.</param>
internal sealed class ChunkWriter(LiteStore store, ImageKey key, int chunkBytes) : IDisposable
{
    // LiteDB needs arrays of the exact length of a value, which the shared pool does not guarantee.
    private const int MaxSpare = 32;
    private static readonly ConcurrentBag<byte[]> Spare = [];

    private readonly int _groupCount = ChunkStream.ChunksAtOnce(chunkBytes);
    private readonly List<byte[]> _group = [];
    private int _filled;
    private int _staged;
    private int _generation;
    private bool _isPinned;

    /// <summary>
    /// Gets the version of the chunks; 0 before the first staged group and before <see cref="AssignVersion"/>.
    /// </summary>
    public long Version { get; private set; }

    /// <summary>Gets the number of bytes that were appended.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Gets a value that indicates whether chunks are staged, so that the commit must remove the version from the
    /// trash.
    /// </summary>
    public bool HasStaged => _staged > 0;

    /// <summary>Copies bytes, and stages full groups.</summary>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        while (!piece.IsEmpty)
        {
            if (_group.Count == 0 || _filled == chunkBytes)
            {
                if (_group.Count == _groupCount)
                {
                    await store.StageAsync(StageGroup, cancellationToken).ConfigureAwait(false);
                }

                _group.Add(Rent());
                _filled = 0;
            }

            var count = Math.Min(piece.Length, chunkBytes - _filled);
            piece.Span[..count].CopyTo(_group[^1].AsSpan(ChunkFormat.HashLength + _filled));
            _filled += count;
            Length += count;
            piece = piece[count..];
        }
    }

    /// <summary>
    /// Stages the remaining bytes, so that no byte is in memory until a commit that may be much later.
    /// </summary>
    public async ValueTask StageRestAsync(CancellationToken cancellationToken)
    {
        if (_group.Count > 0)
        {
            TrimLast();
            await store.StageAsync(StageGroup, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Assigns a version to the chunks. Called by work, before the transaction.
    /// </summary>
    /// <exception cref="ImageStorageException">
    /// Staged chunks were taken back because the database was reopened.
    /// </exception>
    public void AssignVersion()
    {
        if (Version == 0)
        {
            Version = store.NextVersion++;
            _generation = store.Generation;
        }

        if (_generation != store.Generation)
        {
            throw LiteDbErrors.UploadLost(key, store.LastFailure);
        }
    }

    /// <summary>Writes the last group, within the transaction that commits the image.</summary>
    public void InsertLast(LiteSession session)
    {
        if (_group.Count == 0)
        {
            return;
        }

        TrimLast();
        session.Insert(StoreLayout.Chunks, Documents());
    }

    /// <summary>Returns the buffers and releases the pin, after the commit or instead of the commit.</summary>
    public void Dispose()
    {
        ReturnGroup();
        if (_isPinned)
        {
            _isPinned = false;
            store.Pins.Unpin(Version);
        }
    }

    private void TrimLast()
    {
        var last = _group[^1];
        if (last.Length > ChunkFormat.HashLength + _filled)
        {
            _group[^1] = last[..(ChunkFormat.HashLength + _filled)];
            Return(last);
        }
    }

    private bool StageGroup(LiteSession session)
    {
        AssignVersion();
        if (!_isPinned)
        {
            _isPinned = true;
            store.Pins.Pin(Version);
        }

        session.InTransaction(() =>
        {
            if (_staged == 0)
            {
                session.Insert(StoreLayout.Trash, new BsonDocument { [StoreLayout.Id] = Version });
            }

            session.Insert(StoreLayout.Chunks, Documents());
        });
        _staged += _group.Count;
        ReturnGroup();
        return true;
    }

    private IEnumerable<BsonDocument> Documents()
    {
        for (var i = 0; i < _group.Count; i++)
        {
            var id = ChunkFormat.IdOf(Version, _staged + i);
            ChunkFormat.Seal(_group[i], id);
            var document = new BsonDocument { [StoreLayout.Id] = id, [StoreLayout.Data] = _group[i] };
            if (_staged + i == 0)
            {
                document[StoreLayout.Key] = Records.KeyBytes.Of(key);
            }

            yield return document;
        }
    }

    private byte[] Rent() => Spare.TryTake(out var array) && array.Length == ChunkFormat.HashLength + chunkBytes ? array : new byte[ChunkFormat.HashLength + chunkBytes];

    private void Return(byte[] array)
    {
        if (array.Length == ChunkFormat.HashLength + chunkBytes && Spare.Count < MaxSpare)
        {
            Spare.Add(array);
        }
    }

    private void ReturnGroup()
    {
        foreach (var chunk in _group)
        {
            Return(chunk);
        }

        _group.Clear();
    }
}
