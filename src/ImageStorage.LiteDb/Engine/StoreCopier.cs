using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Documents;
using ImageStorage.LiteDb.Files;
using ImageStorage.LiteDb.Records;
using LiteDB;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// Copies images, retained versions, their chunks and the documents from one database to another, in bounded commits, and reads the copy
/// back. Only chunks of an image, of a retained version or of a pinned version are copied. Version numbers stay, so open streams continue.
/// </summary>
internal sealed class StoreCopier(LiteSession source, LiteSession target, VersionPins pins, long checkpointBytes)
{
    private const int Batch = 64;
    private static readonly byte[] First = [0];
    private static readonly byte[] Last = [0xFF];

    public void Copy(CancellationToken cancellationToken)
    {
        foreach (var image in Walk(source, StoreLayout.Images, cancellationToken))
        {
            var record = ImageTable.RecordOf(image);
            CopyChunks(record.Version, cancellationToken);
            Commit(() => target.Insert(StoreLayout.Images, CopyOf(image, record)));
        }

        CopyRetained(cancellationToken);
        CopyPinned(cancellationToken);
        foreach (var document in Walk(source, StoreLayout.Documents, cancellationToken))
        {
            Commit(() => target.Insert(StoreLayout.Documents, document));
        }

        target.Checkpoint();
        Verify(cancellationToken);
    }

    // The bytes of the record as they are: a newer version of the library may write fields in another order.
    private static BsonDocument CopyOf(BsonDocument image, StoredRecord record) => ImageTable.DocumentOf(image[StoreLayout.Id].AsBinary, record, image[StoreLayout.Record].AsBinary);

    private void CopyRetained(CancellationToken cancellationToken)
    {
        foreach (var retained in Walk(source, StoreLayout.Retained, cancellationToken))
        {
            var record = RetainedTable.RecordOf(retained);

            // The image or another retained version may have brought the same chunks.
            if (record.ChunkCount > 0 && target.Find(StoreLayout.Chunks, ChunkFormat.IdOf(record.Version, 0)) is null)
            {
                CopyChunks(record.Version, cancellationToken);
            }

            Commit(() => target.Insert(StoreLayout.Retained, retained));
        }
    }

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
        Verify(StoreLayout.Images, ImageTable.RecordOf, cancellationToken);
        Verify(StoreLayout.Retained, RetainedTable.RecordOf, cancellationToken);
        using var documents = Walk(source, StoreLayout.Documents, cancellationToken).GetEnumerator();
        foreach (var copy in Walk(target, StoreLayout.Documents, cancellationToken))
        {
            Require(documents.MoveNext() && Same(documents.Current, copy, StoreLayout.Data));
            DocumentFormat.Read(new ImageStorage.Providers.DocumentName(System.Text.Encoding.ASCII.GetString(copy[StoreLayout.Id].AsBinary)), copy[StoreLayout.Data]);
        }

        Require(!documents.MoveNext());
    }

    private void Verify(string collection, Func<BsonDocument, StoredRecord> recordOf, CancellationToken cancellationToken)
    {
        using var originals = Walk(source, collection, cancellationToken).GetEnumerator();
        foreach (var copy in Walk(target, collection, cancellationToken))
        {
            Require(originals.MoveNext() && Same(originals.Current, copy, StoreLayout.Record));
            var record = recordOf(copy);
            for (var index = 0; index < record.ChunkCount; index++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ChunkReader.Read(target, record, index, 1);
            }
        }

        Require(!originals.MoveNext());
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
