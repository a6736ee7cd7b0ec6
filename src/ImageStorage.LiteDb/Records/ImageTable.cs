using ImageStorage.LiteDb.Chunks;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Files;
using LiteDB;

namespace ImageStorage.LiteDb.Records;

/// <summary>The documents of images: reading them with their checks, and replacing one by another.</summary>
internal static class ImageTable
{
    // Up to so many old chunks go in the same commit as the record; more are left to the sweep, which keeps commits short.
    private const int MostDroppedAtOnce = 8;

    public static BsonDocument? Find(LiteSession session, byte[] key) => session.Find(StoreLayout.Images, key);

    /// <summary>The record in a document.</summary>
    /// <exception cref="ImageCorruptedException">It is damaged, or belongs to another key.</exception>
    /// <exception cref="StorageCorruptedException">Its key breaks a rule of keys.</exception>
    public static StoredRecord RecordOf(BsonDocument document)
    {
        var key = KeyIn(document);
        StoredRecord record;
        try
        {
            record = document[StoreLayout.Record] is { IsBinary: true } bytes ? RecordCodec.Read(bytes.AsBinary) : throw new DamagedFileException("its record is missing");
        }
        catch (DamagedFileException exception)
        {
            throw key is { } known ? ChunkReader.Corrupted(known, exception.Message) : UnnamedImage();
        }

        return record.Info.Key == key && document[StoreLayout.Version] == record.Version && document[StoreLayout.ChunkCount] == record.ChunkCount
            ? record
            : throw ChunkReader.Corrupted(record.Info.Key, "its record stands under another key or version");
    }

    /// <summary>An image that no call can name. Another program wrote it, or a version of the library with other rules; the others must be seen.</summary>
    private static StorageCorruptedException UnnamedImage()
    {
        const string Reason = "it is stored under a key that breaks a rule of keys, so no call can name it";
        return new StorageCorruptedException($"An image in {LiteDbImageProvider.ProviderName} is damaged: {Reason}. VerifyAsync shows its key; save its original again under a valid key.") { Provider = LiteDbImageProvider.ProviderName, Reason = Reason };
    }

    /// <summary>The key that a document stands under; null when it is none.</summary>
    public static ImageKey? KeyIn(BsonDocument document) =>
        document[StoreLayout.Id] is { IsBinary: true } id && KeyBytes.TextOf(id.AsBinary) is { } text && ImageKey.TryParse(text, out var key) ? (ImageKey?)key : null;

    public static BsonDocument DocumentOf(byte[] key, StoredRecord record) => new()
    {
        [StoreLayout.Id] = key,
        [StoreLayout.Created] = KeyBytes.OfCreated(record.Info.CreatedAt, key),
        [StoreLayout.Filters] = FilterPlaces.Of(record.Info, key),
        [StoreLayout.Version] = record.Version,
        [StoreLayout.ChunkCount] = record.ChunkCount,
        [StoreLayout.Record] = RecordCodec.Write(record),
    };

    /// <summary>Drops the chunks of an image that is replaced or deleted, inside the transaction that does it: at once if they are few and nobody reads them, else by the sweep.</summary>
    /// <returns>Whether there is work for the sweep.</returns>
    public static bool DropChunks(LiteSession session, VersionPins pins, BsonDocument old)
    {
        if (!old[StoreLayout.Version].IsInt64 || !old[StoreLayout.ChunkCount].IsInt32)
        {
            // Damaged: nobody knows which chunks were meant. The verification names those that are left over.
            return false;
        }

        var (version, count) = (old[StoreLayout.Version].AsInt64, old[StoreLayout.ChunkCount].AsInt32);
        if (count == 0)
        {
            // A record without bytes, such as a catalog has: its number leaves no trace among the chunks, so after a restart it may be another image's, too.
            return false;
        }

        if (count <= MostDroppedAtOnce && !pins.IsPinned(version))
        {
            session.Delete(StoreLayout.Chunks, Enumerable.Range(0, count).Select(place => new BsonValue(ChunkFormat.IdOf(version, place))));
            return false;
        }

        session.Insert(StoreLayout.Trash, new BsonDocument { [StoreLayout.Id] = version });
        return true;
    }
}
