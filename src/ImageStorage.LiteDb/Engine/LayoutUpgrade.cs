using ImageStorage.LiteDb.Records;
using LiteDB;

namespace ImageStorage.LiteDb.Engine;

/// <summary>
/// Brings a store of layout 1 to layout 2: puts every image into the index by content type and tag. Done in bounded commits; one that is
/// interrupted begins anew at the next opening, and until the layout is written nobody relies on the index.
/// </summary>
internal sealed class LayoutUpgrade(LiteSession session)
{
    private const int Batch = 64;
    private const long CheckpointBytes = 16 << 20;
    private static readonly byte[] Last = [0xFF];

    public void Run()
    {
        session.EnsureFilterIndex();
        byte[] from = [0];
        while (session.Range(StoreLayout.Images, from, Last, Batch) is { Count: > 0 } images)
        {
            var missing = images.Where(IsMissing).Select(WithFilters).OfType<BsonDocument>().ToList();
            if (missing.Count > 0)
            {
                session.InTransaction(() => missing.ForEach(image => session.Upsert(StoreLayout.Images, image)));
            }

            if (session.LogBytes >= CheckpointBytes)
            {
                session.Checkpoint();
            }

            from = [.. images[^1][StoreLayout.Id].AsBinary, 0];
        }
    }

    private static bool IsMissing(BsonDocument image) => !image.ContainsKey(StoreLayout.Filters);

    /// <summary>The document with its places; null for a damaged one, which no listing shows.</summary>
    private static BsonDocument? WithFilters(BsonDocument image)
    {
        try
        {
            return ImageTable.DocumentOf(image[StoreLayout.Id].AsBinary, ImageTable.RecordOf(image));
        }
        catch (StorageCorruptedException)
        {
            return null;
        }
    }
}
