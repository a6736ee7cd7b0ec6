using System.Buffers.Binary;
using ImageStorage.LiteDb.Engine;
using ImageStorage.LiteDb.Records;
using ImageStorage.Providers;
using LiteDB;

namespace ImageStorage.LiteDb;

public sealed partial class LiteDbImageProvider
{
    // Other work runs between two batches, so that a long walk does not block other callers.
    private const int Batch = 128;

    // After every key, whose first byte is lower.
    private static readonly byte[] AfterAllKeys = [0xFF];

    /// <inheritdoc/>
    public async Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        var position = ListPosition.From(query);
        var page = new PageBuilder(query);

        // Two more than the page: one to know whether another page follows, one for the position itself.
        var size = Math.Min(query.Limit + 2, Batch);
        var (from, to) = Bounds(query, position);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (start, end) = (from, to);
            var batch = await TranslateAsync("listing", null, _store.ReadAsync(session => session is null ? [] : ReadBatch(session, query, start, end, size), cancellationToken)).ConfigureAwait(false);
            foreach (var (_, image) in batch)
            {
                if (position?.IsBefore(image) != false && !page.Add(image))
                {
                    return page.ToPage();
                }
            }

            if (batch.Count < size)
            {
                return page.ToPage();
            }

            (from, to) = query.Order == ImageOrder.CreatedDescending ? (from, Before(batch[^1].Position)) : (After(batch[^1].Position), to);
            size = Batch;
        }
    }

    private List<(byte[] Position, WalkedImage Image)> ReadBatch(LiteSession session, ImageQuery query, byte[] from, byte[] to, int size)
    {
        var byKey = query.Order == ImageOrder.KeyAscending;
        var descending = query.Order == ImageOrder.CreatedDescending;
        var documents = byKey ? session.Range(StoreLayout.Images, from, to, size)
            : FilterEntries.PrefixOf(query) is { } prefix ? session.FilterRange(FilterEntries.Entry(prefix, from), FilterEntries.Entry(prefix, to), size, descending)
            : session.CreatedRange(from, to, size, descending);
        return documents.ConvertAll(document => (document[byKey ? StoreLayout.Id : StoreLayout.Created].AsBinary, ImageIn(document)));
    }

    /// <summary>
    /// Returns the image in a document. A record that is damaged or of a newer version of the library must not hide the
    /// others in a listing, so the image is named as unlisted.
    /// </summary>
    private WalkedImage ImageIn(BsonDocument document)
    {
        try
        {
            return WalkedImage.Of(ImageTable.RecordOf(document).Info);
        }
        catch (ImageStorageException exception) when (exception is StorageCorruptedException or StorageNotSupportedException)
        {
            Log.DamagedListed(_logger);
            var id = document[StoreLayout.Id].AsBinary;
            var createdAt = KeyBytes.TimeOf(document[StoreLayout.Created]);
            return WalkedImage.Of(ImageTable.KeyIn(document) is { } key
                ? UnlistedImage.Of(key, exception, createdAt)
                : new UnlistedImage { Name = KeyBytes.NameOf(id), Status = VerificationStatus.Corrupted, Detail = exception.Reason ?? exception.Message, CreatedAt = createdAt });
        }
    }

    private static (byte[] From, byte[] To) Bounds(ImageQuery query, ListPosition? position)
    {
        if (query.Order == ImageOrder.KeyAscending)
        {
            var prefix = KeyBytes.Of(query.Prefix ?? string.Empty);
            var start = position is { } last ? After(KeyBytes.Of(last.Key)) : prefix;
            return (start.AsSpan().SequenceCompareTo(prefix) < 0 ? prefix : start, [.. prefix, .. AfterAllKeys]);
        }

        var from = TimeBytes(query.CreatedFrom ?? DateTimeOffset.MinValue);
        var to = TimeBytes(query.CreatedBefore ?? DateTimeOffset.MaxValue);
        if (query.CreatedBefore is null)
        {
            to = [.. to, .. AfterAllKeys];
        }

        if (position is { } previous)
        {
            var start = KeyBytes.OfCreated(previous.CreatedAt, KeyBytes.Of(previous.Key));
            if (query.Order == ImageOrder.CreatedDescending)
            {
                to = Earlier(start, to);
            }
            else
            {
                from = Earlier(from, start) == from ? start : from;
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

    /// <summary>Returns the first position after another position.</summary>
    private static byte[] After(byte[] position) => [.. position, 0];

    /// <summary>
    /// Returns a position before another position with no key between: no key contains the byte 0xFF or ends with 0.
    /// </summary>
    private static byte[] Before(byte[] position) => [.. position.AsSpan(0, position.Length - 1), (byte)(position[^1] - 1), .. AfterAllKeys];
}
