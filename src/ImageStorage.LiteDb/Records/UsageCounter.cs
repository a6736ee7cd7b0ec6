using ImageStorage.LiteDb.Engine;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// How many images there are and how many bytes they have: counted once, some at a time, when somebody asks, and from then on kept up to date by
/// the writes. That needs no place in the database, because there is only one owner. Used by the thread of the store only.
/// </summary>
internal sealed class UsageCounter
{
    private const int Batch = 256;
    private byte[]? _countedTo = [];

    public long Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Counts on; answers whether all are counted.</summary>
    public bool CountSome(LiteSession? session)
    {
        if (_countedTo is not { } from)
        {
            return true;
        }

        var documents = session?.Range(StoreLayout.Images, (byte[])[.. from, 0], new byte[] { 0xFF }, Batch) ?? [];
        foreach (var document in documents)
        {
            Count++;
            Bytes += LengthIn(document);
        }

        // Without a store there is nothing, until somebody makes one.
        _countedTo = session is not null && documents.Count < Batch ? null : documents.Count == 0 ? from : documents[^1][StoreLayout.Id].AsBinary;
        return session is null || _countedTo is null;
    }

    /// <summary>Takes note of a write, if the key has been counted.</summary>
    public void Change(byte[] key, ImageInfo? before, ImageInfo? after)
    {
        if (_countedTo is null || key.AsSpan().SequenceCompareTo(_countedTo) <= 0)
        {
            Count += (after is null ? 0 : 1) - (before is null ? 0 : 1);
            Bytes += (after?.Length ?? 0) - (before?.Length ?? 0);
        }
    }

    /// <summary>Begins anew, when what was counted may not hold any more.</summary>
    public void Forget()
    {
        _countedTo = [];
        (Count, Bytes) = (0, 0);
    }

    // A damaged record is an image still; how long it was nobody knows.
    private static long LengthIn(LiteDB.BsonDocument document)
    {
        try
        {
            return ImageTable.RecordOf(document).Info.Length;
        }
        catch (StorageCorruptedException)
        {
            return 0;
        }
    }
}
