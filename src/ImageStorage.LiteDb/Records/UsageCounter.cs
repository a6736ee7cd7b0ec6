using ImageStorage.LiteDb.Engine;
using ImageStorage.Providers;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// Counts images and bytes. The first request counts all records, in batches; afterwards writes keep the counter up to
/// date. The counter needs no document, because the database has one owner. Used only by work, so not thread-safe.
/// </summary>
internal sealed class UsageCounter
{
    private const int Batch = 256;
    private byte[]? _countedTo = [];

    /// <summary>Gets the number of images.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the number of bytes of all images.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the number of stored bytes of all images, after their encoding.</summary>
    public long StoredBytes { get; private set; }

    /// <summary>Gets the number of images whose record cannot be read, which are not counted.</summary>
    public int Unlisted { get; private set; }

    /// <summary>Counts the next batch.</summary>
    /// <returns>Whether all images are counted.</returns>
    public bool CountSome(LiteSession? session)
    {
        if (_countedTo is not { } from)
        {
            return true;
        }

        var documents = session?.Range(StoreLayout.Images, (byte[])[.. from, 0], new byte[] { 0xFF }, Batch) ?? [];
        foreach (var document in documents)
        {
            if (InfoIn(document) is { } info)
            {
                (Count, Bytes, StoredBytes) = (Count + 1, Bytes + info.Length, StoredBytes + info.StoredLength);
            }
            else
            {
                Unlisted++;
            }
        }

        // Without a store there is nothing to count yet.
        _countedTo = session is not null && documents.Count < Batch ? null : documents.Count == 0 ? from : documents[^1][StoreLayout.Id].AsBinary;
        return session is null || _countedTo is null;
    }

    /// <summary>Applies a write, if its key has been counted.</summary>
    public void Change(byte[] key, ImageInfo? before, ImageInfo? after)
    {
        if (_countedTo is null || key.AsSpan().SequenceCompareTo(_countedTo) <= 0)
        {
            Count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
            Bytes += (after?.Length ?? 0) - (before?.Length ?? 0);
            StoredBytes += (after?.StoredLength ?? 0) - (before?.StoredLength ?? 0);
        }
    }

    /// <summary>Restarts the count, because the counters may be wrong.</summary>
    public void Forget()
    {
        _countedTo = [];
        (Count, Bytes, StoredBytes, Unlisted) = (0, 0, 0, 0);
    }

    // Null for a damaged record, or one of a newer version of the library.
    private static ImageInfo? InfoIn(LiteDB.BsonDocument document)
    {
        try
        {
            return ImageTable.RecordOf(document).Info;
        }
        catch (Exception exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            return null;
        }
    }
}
