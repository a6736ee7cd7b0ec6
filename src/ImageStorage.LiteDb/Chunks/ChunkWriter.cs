using System.Collections.Concurrent;
using ImageStorage.LiteDb.Engine;
using LiteDB;

namespace ImageStorage.LiteDb.Chunks;

/// <summary>
/// Cuts an image that comes in pieces into chunks. What does not fit into one group is staged, group by group, under a version that nobody
/// can see, and which is trash until the commit takes it.
/// </summary>
/// <param name="store">Where to.</param>
/// <param name="key">The image, kept beside its first chunk so that a verification can find whose it is.</param>
/// <param name="chunkBytes">The bytes in each chunk but the last.</param>
internal sealed class ChunkWriter(LiteStore store, ImageKey key, int chunkBytes) : IDisposable
{
    // LiteDB takes arrays of exactly the length of a value, which the shared pool does not promise; so some are kept here.
    private const int MostSpare = 32;
    private static readonly ConcurrentBag<byte[]> Spare = [];

    private readonly int _groupCount = ChunkStream.ChunksAtOnce(chunkBytes);
    private readonly List<byte[]> _group = [];
    private int _filled;
    private int _staged;
    private int _generation;
    private bool _isPinned;

    /// <summary>The version that the chunks stand under; known once something was staged or taken.</summary>
    public long Version { get; private set; }

    public int ChunkCount => _staged + _group.Count;

    /// <summary>Is something staged already, so that there is trash to be taken back at the commit?</summary>
    public bool HasStaged => _staged > 0;

    /// <summary>Copies a piece, and stages what is full.</summary>
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
            piece = piece[count..];
        }
    }

    /// <summary>Stages what is left, so that nothing of the image is in memory until a commit that may come much later.</summary>
    public async ValueTask StageRestAsync(CancellationToken cancellationToken)
    {
        if (_group.Count > 0)
        {
            TrimLast();
            await store.StageAsync(StageGroup, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Gives the chunks a version, on the thread of the store and before its transaction. Fails when what was staged was lost because the
    /// database had to be opened again.
    /// </summary>
    public void Take()
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

    /// <summary>Writes the last group, inside the transaction that commits the image.</summary>
    public void InsertLast(LiteSession session)
    {
        if (_group.Count == 0)
        {
            return;
        }

        TrimLast();
        session.Insert(StoreLayout.Chunks, Documents());
    }

    /// <summary>Says that the commit has taken the chunks, or that nobody will.</summary>
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
        Take();
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
        if (array.Length == ChunkFormat.HashLength + chunkBytes && Spare.Count < MostSpare)
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
