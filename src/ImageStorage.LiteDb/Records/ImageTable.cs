using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using LiteDB;

namespace ImageStorage.LiteDb.Records;

/// <summary>Reads and writes the documents of images, and removes the chunks of replaced images.</summary>
internal static class ImageTable
{
    // More chunks are left to the sweep, which keeps commits short.
    private const int MaxDroppedAtOnce = 8;

    /// <summary>Returns the document of an image; null when there is no image.</summary>
    public static BsonDocument? Find(LiteSession session, byte[] key) => session.Find(StoreLayout.Images, key);

    /// <summary>Returns the record in a document.</summary>
    /// <exception cref="ImageCorruptedException">The record is damaged, or belongs to another key.</exception>
    /// <exception cref="StorageCorruptedException">The key breaks a rule of keys.</exception>
    /// <exception cref="StorageNotSupportedException">A newer version of the library wrote the record.</exception>
    public static StoredRecord RecordOf(BsonDocument document)
    {
        var key = KeyIn(document);
        StoredRecord record;
        try
        {
            record = document[StoreLayout.Record] is { IsBinary: true } bytes ? RecordEnvelope.Read(bytes.AsBinary, key) : throw new DamagedFileException("its record is missing");
        }
        catch (DamagedFileException exception)
        {
            throw key is { } known ? ChunkReader.Corrupted(known, exception.Message) : UnnamedImage();
        }

        if (key is null)
        {
            throw UnnamedImage();
        }

        return document[StoreLayout.Version] == record.Version && document[StoreLayout.ChunkCount] == record.ChunkCount
            ? record
            : throw ChunkReader.Corrupted(record.Info.Key, "its record belongs to another version");
    }

    /// <summary>
    /// Returns the failure of an image that no call can name, written by another program or a version with other rules
    /// of keys.
    /// </summary>
    private static StorageCorruptedException UnnamedImage()
    {
        const string Reason = "it is stored under a key that breaks a rule of keys, so no call can name it";
        return new StorageCorruptedException($"An image in {LiteDbImageProvider.ProviderName} is damaged: {Reason}. VerifyAsync shows the key. Save the original image under a valid key.") { Provider = LiteDbImageProvider.ProviderName, Reason = Reason };
    }

    /// <summary>Returns the key of a document; null when the id is not a valid key.</summary>
    public static ImageKey? KeyIn(BsonDocument document) =>
        document[StoreLayout.Id] is { IsBinary: true } id && KeyBytes.TextOf(id.AsBinary) is { } text && ImageKey.TryParse(text, out var key) ? (ImageKey?)key : null;

    /// <summary>Returns the document of an image.</summary>
    public static BsonDocument DocumentOf(byte[] key, StoredRecord record) => DocumentOf(key, record, RecordEnvelope.Write(record));

    /// <summary>Returns the document of an image whose record is encoded already.</summary>
    public static BsonDocument DocumentOf(byte[] key, StoredRecord record, byte[] encoded) => new()
    {
        [StoreLayout.Id] = key,
        [StoreLayout.Created] = KeyBytes.OfCreated(record.Info.CreatedAt, key),
        [StoreLayout.Filters] = FilterEntries.Of(record.Info, key),
        [StoreLayout.Version] = record.Version,
        [StoreLayout.ChunkCount] = record.ChunkCount,
        [StoreLayout.Record] = encoded,
    };

    /// <summary>
    /// Removes the chunks of a replaced or deleted image, within the transaction that replaces or deletes the image.
    /// Many chunks, and chunks of a pinned version, are left to the sweep. Chunks of a retained version stay until the
    /// version is dropped.
    /// </summary>
    /// <returns>Whether the sweep has work to do.</returns>
    public static bool DropChunks(LiteSession session, VersionPins pins, BsonDocument old)
    {
        if (!old[StoreLayout.Version].IsInt64 || !old[StoreLayout.ChunkCount].IsInt32)
        {
            // Damaged: the chunks are unknown. A verification reports them as orphans.
            return false;
        }

        var (version, count) = (old[StoreLayout.Version].AsInt64, old[StoreLayout.ChunkCount].AsInt32);
        if (count == 0)
        {
            // A record without bytes, as in a catalog: its number leaves no trace among the chunks, so another image
            // may have the number after a restart.
            return false;
        }

        if (RetainedTable.Uses(session, version))
        {
            return false;
        }

        return RemoveChunks(session, pins, version, count);
    }

    /// <summary>Removes the chunks of a version that neither an image nor a retained version needs.</summary>
    /// <returns>Whether the sweep has work to do.</returns>
    public static bool RemoveChunks(LiteSession session, VersionPins pins, long version, int count)
    {
        if (count <= MaxDroppedAtOnce && !pins.IsPinned(version))
        {
            session.Delete(StoreLayout.Chunks, Enumerable.Range(0, count).Select(index => new BsonValue(ChunkFormat.IdOf(version, index))));
            return false;
        }

        session.Insert(StoreLayout.Trash, new BsonDocument { [StoreLayout.Id] = version });
        return true;
    }
}
