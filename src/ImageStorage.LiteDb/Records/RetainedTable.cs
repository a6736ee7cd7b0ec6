using System.Text;
using ImageStorage.LiteDb.Engine;
using LiteDB;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// Reads and writes the documents of retained versions. A retained version refers to the same chunks as the image that
/// the version was retained of.
/// </summary>
internal static class RetainedTable
{
    private static readonly byte[] First = [0];
    private static readonly byte[] Last = [0xFF];

    public static byte[] IdOf(string id) => Encoding.UTF8.GetBytes(id);

    /// <summary>Returns the document of a retained version; null when no version is retained under the id.</summary>
    public static BsonDocument? Find(LiteSession session, string id) => session.Find(StoreLayout.Retained, IdOf(id));

    /// <summary>Returns the ids after an id, in ordinal order.</summary>
    public static List<string> List(LiteSession session, string? after, int limit) =>
        [.. session.Ids(StoreLayout.Retained, after is null ? First : [.. IdOf(after), 0], Last, limit).Select(id => Encoding.UTF8.GetString(id.AsBinary))];

    /// <summary>Returns the document of an image as the document of a retained version.</summary>
    public static BsonDocument Retain(string id, BsonDocument image)
    {
        var retained = new BsonDocument
        {
            [StoreLayout.Id] = IdOf(id),
            [StoreLayout.Key] = image[StoreLayout.Id],
            [StoreLayout.Version] = image[StoreLayout.Version],
            [StoreLayout.ChunkCount] = image[StoreLayout.ChunkCount],
            [StoreLayout.Record] = image[StoreLayout.Record],
        };
        if (image[StoreLayout.ChunkCount].AsInt32 > 0)
        {
            // A record without bytes leaves no trace among the chunks, so another image may have its number.
            retained[StoreLayout.Uses] = image[StoreLayout.Version];
        }

        return retained;
    }

    /// <summary>Returns a retained version with the fields of the document of an image, without those of the indexes.</summary>
    public static BsonDocument ImageOf(BsonDocument retained) => new()
    {
        [StoreLayout.Id] = retained[StoreLayout.Key],
        [StoreLayout.Version] = retained[StoreLayout.Version],
        [StoreLayout.ChunkCount] = retained[StoreLayout.ChunkCount],
        [StoreLayout.Record] = retained[StoreLayout.Record],
    };

    /// <summary>Returns the record of a retained version.</summary>
    /// <exception cref="ImageCorruptedException">The record is damaged.</exception>
    public static StoredRecord RecordOf(BsonDocument retained) => ImageTable.RecordOf(ImageOf(retained));

    /// <summary>Returns whether a retained version needs the chunks of a version.</summary>
    public static bool Uses(LiteSession session, long version)
    {
        session.MayRetain ??= session.Ids(StoreLayout.Retained, First, Last, 1).Count > 0;
        return session.MayRetain.Value && session.RetainedUsing(version, 1).Count > 0;
    }

    /// <summary>Returns whether only this retained version needs its chunks: neither the image nor another version.</summary>
    public static bool IsLastUse(LiteSession session, BsonDocument retained) =>
        retained[StoreLayout.Uses] is { IsInt64: true } version
        && ImageTable.Find(session, retained[StoreLayout.Key].AsBinary)?[StoreLayout.Version] != version
        && session.RetainedUsing(version.AsInt64, 2).Count < 2;
}
