using System.Buffers.Binary;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb;

public sealed partial class LiteDbImageProvider
{
    // Between two batches other work has its turn, so that a long walk does not hold up everybody.
    private const int Batch = 128;

    // Behind every key, whose first byte is below.
    private static readonly byte[] BehindAllKeys = [0xFF];

    /// <inheritdoc/>
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var position = ListPosition.From(query);
        var page = new PageBuilder(query);

        // One more than the page tells whether there is another, and one is the position itself.
        var size = Math.Min(query.Limit + 2, Batch);
        var (from, to) = Bounds(query, position);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (start, end) = (from, to);
            var batch = await Translated("listing", null, _store.ReadAsync(session => session is null ? [] : ReadBatch(session, query, start, end, size), cancellationToken)).ConfigureAwait(false);
            foreach (var (_, info) in batch)
            {
                if (info is not null && position?.IsBefore(info.CreatedAt, info.Key) != false && !page.Add(info))
                {
                    return page.ToPage();
                }
            }

            if (batch.Count < size)
            {
                return page.ToPage();
            }

            (from, to) = query.Order == ImageOrder.CreatedDescending ? (from, Before(batch[^1].Place)) : (Behind(batch[^1].Place), to);
            size = Batch;
        }
    }

    private List<(byte[] Place, ImageInfo? Info)> ReadBatch(LiteSession session, ImageQuery query, byte[] from, byte[] to, int size)
    {
        var byKey = query.Order == ImageOrder.KeyAscending;
        var descending = query.Order == ImageOrder.CreatedDescending;
        var documents = byKey ? session.Range(StoreLayout.Images, from, to, size)
            : session.HasFilterIndex && FilterPlaces.FrontOf(query) is { } front ? session.FilterRange(FilterPlaces.Place(front, from), FilterPlaces.Place(front, to), size, descending)
            : session.CreatedRange(from, to, size, descending);
        return documents.ConvertAll(document => (document[byKey ? StoreLayout.Id : StoreLayout.Created].AsBinary, InfoIn(document)));
    }

    /// <summary>The record in a document; a damaged one is left out of listings, since the others must be seen.</summary>
    private ImageInfo? InfoIn(BsonDocument document)
    {
        try
        {
            return ImageTable.RecordOf(document).Info;
        }
        catch (StorageCorruptedException)
        {
            Log.DamagedListed(_logger);
            return null;
        }
    }

    private static (byte[] From, byte[] To) Bounds(ImageQuery query, ListPosition? position)
    {
        if (query.Order == ImageOrder.KeyAscending)
        {
            var prefix = KeyBytes.Of(query.Prefix ?? string.Empty);
            var start = position is { } after ? Behind(KeyBytes.Of(after.Key)) : prefix;
            return (start.AsSpan().SequenceCompareTo(prefix) < 0 ? prefix : start, [.. prefix, .. BehindAllKeys]);
        }

        var from = TimeBytes(query.CreatedFrom ?? DateTimeOffset.MinValue);
        var to = TimeBytes(query.CreatedBefore ?? DateTimeOffset.MaxValue);
        if (query.CreatedBefore is null)
        {
            to = [.. to, .. BehindAllKeys];
        }

        if (position is { } behind)
        {
            var place = KeyBytes.OfCreated(behind.CreatedAt, KeyBytes.Of(behind.Key));
            if (query.Order == ImageOrder.CreatedDescending)
            {
                to = Earlier(place, to);
            }
            else
            {
                from = Earlier(from, place) == from ? place : from;
            }
        }

        return (from, to);
    }

    private static byte[] Earlier(byte[] first, byte[] second) => first.AsSpan().SequenceCompareTo(second) <= 0 ? first : second;

    private static byte[] TimeBytes(DateTimeOffset time)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, time.UtcTicks);
        return bytes;
    }

    /// <summary>The first place behind another one.</summary>
    private static byte[] Behind(byte[] place) => [.. place, 0];

    /// <summary>A place in front of another one with no key between: no key contains the byte 0xFF, and none ends with a zero.</summary>
    private static byte[] Before(byte[] place) => [.. place.AsSpan(0, place.Length - 1), (byte)(place[^1] - 1), .. BehindAllKeys];
}
