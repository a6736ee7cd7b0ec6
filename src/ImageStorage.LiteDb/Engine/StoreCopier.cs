using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Documents;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using LiteDB;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// Copies images, their chunks and the documents from one database to another, in bounded commits, and reads the copy
/// back. Only chunks of an image or of a pinned version are copied. Version numbers stay, so open streams continue.
/// </summary>
internal sealed class StoreCopier(LiteSession source, LiteSession target, VersionPins pins, long checkpointBytes)
{
    private const int Batch = 64;
    private static readonly byte[] First = [0];
    private static readonly byte[] Last = [0xFF];

    public void Copy(CancellationToken cancellationToken)
    {
        foreach (var image in Images(source, cancellationToken))
        {
            var record = ImageTable.RecordOf(image);
            CopyChunks(record.Version, cancellationToken);
            Commit(() => target.Insert(StoreLayout.Images, CopyOf(image, record)));
        }

        CopyPinned(cancellationToken);
        foreach (var document in Walk(source, StoreLayout.Documents, cancellationToken))
        {
            Commit(() => target.Insert(StoreLayout.Documents, document));
        }

        target.Checkpoint();
        Verify(cancellationToken);
    }

    private static IEnumerable<BsonDocument> Images(LiteSession session, CancellationToken cancellationToken) => Walk(session, StoreLayout.Images, cancellationToken);

    // The bytes of the record as they are: a newer version of the library may write fields in another order.
    private static BsonDocument CopyOf(BsonDocument image, StoredRecord record) => ImageTable.DocumentOf(image[StoreLayout.Id].AsBinary, record, image[StoreLayout.Record].AsBinary);

    /// <summary>Copies the chunks that open streams read and saves in progress have staged.</summary>
    private void CopyPinned(CancellationToken cancellationToken)
    {
        foreach (var trash in source.Ids(StoreLayout.Trash, long.MinValue, long.MaxValue, int.MaxValue).Where(id => pins.IsPinned(id.AsInt64)))
        {
            CopyChunks(trash.AsInt64, cancellationToken);
            Commit(() => target.Insert(StoreLayout.Trash, new BsonDocument { [StoreLayout.Id] = trash }));
        }
    }

    private void CopyChunks(long version, CancellationToken cancellationToken)
    {
        const int ChunksAtOnce = 4;
        var (from, to) = (ChunkFormat.IdOf(version, 0), ChunkFormat.IdOf(version + 1, 0) - 1);
        while (source.Range(StoreLayout.Chunks, from, to, ChunksAtOnce) is { Count: > 0 } chunks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Commit(() => target.Insert(StoreLayout.Chunks, chunks));
            from = chunks[^1][StoreLayout.Id].AsInt64 + 1;
        }
    }

    private void Commit(Action write)
    {
        target.InTransaction(write);
        if (target.LogBytes >= checkpointBytes)
        {
            target.Checkpoint();
        }
    }

    /// <summary>
    /// Compares the copy on the medium with the original: the same records and documents, and every chunk sound.
    /// </summary>
    private void Verify(CancellationToken cancellationToken)
    {
        using var originals = Images(source, cancellationToken).GetEnumerator();
        foreach (var copy in Images(target, cancellationToken))
        {
            Require(originals.MoveNext() && Same(originals.Current, copy, StoreLayout.Record));
            var record = ImageTable.RecordOf(copy);
            for (var index = 0; index < record.ChunkCount; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ChunkReader.Read(target, record, index, 1);
            }
        }

        Require(!originals.MoveNext());
        using var documents = Walk(source, StoreLayout.Documents, cancellationToken).GetEnumerator();
        foreach (var copy in Walk(target, StoreLayout.Documents, cancellationToken))
        {
            Require(documents.MoveNext() && Same(documents.Current, copy, StoreLayout.Data));
            DocumentFormat.Read(new ImageStorage.Providers.DocumentName(System.Text.Encoding.ASCII.GetString(copy[StoreLayout.Id].AsBinary)), copy[StoreLayout.Data]);
        }

        Require(!documents.MoveNext());
    }

    private static bool Same(BsonDocument first, BsonDocument second, string field) =>
        first[StoreLayout.Id] == second[StoreLayout.Id] && first[field].AsBinary.AsSpan().SequenceEqual(second[field].AsBinary);

    private static void Require(bool holds)
    {
        if (!holds)
        {
            throw new DamagedFileException("the copy of the database differs from the original");
        }
    }

    private static IEnumerable<BsonDocument> Walk(LiteSession session, string collection, CancellationToken cancellationToken)
    {
        var from = First;
        while (session.Range(collection, from, Last, Batch) is { Count: > 0 } documents)
        {
            foreach (var document in documents)
            {
                cancellationToken.ThrowIfCancellationRequested();
                yield return document;
            }

            from = [.. documents[^1][StoreLayout.Id].AsBinary, 0];
        }
    }
}
