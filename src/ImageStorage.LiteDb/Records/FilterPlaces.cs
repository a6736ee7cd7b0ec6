using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using LiteDB;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// Where an image stands in the index of content types and tags: for each of them 64 bits of its hash, and behind them time of creation
/// and key, so that the images of one tag lie together in the order of their creation. Other tags may have the same hash; whoever
/// lists looks at the record as well.
/// </summary>
internal static class FilterPlaces
{
    private const int TagSeed = 1;
    private const int ContentTypeSeed = 2;

    /// <summary>All places of an image.</summary>
    /// <param name="info">Its record.</param>
    /// <param name="key">Its key as bytes.</param>
    public static BsonArray Of(ImageInfo info, ReadOnlySpan<byte> key)
    {
        var created = KeyBytes.OfCreated(info.CreatedAt, key);
        var places = new BsonArray { Place(OfContentType(info.ContentType), created) };
        foreach (var tag in info.Tags)
        {
            places.Add(Place(OfTag(tag), created));
        }

        return places;
    }

    /// <summary>The beginning of the places of what a query filters by; null when it filters by neither. Of both the tag, which is the rarer as a rule.</summary>
    public static byte[]? FrontOf(ImageQuery query) =>
        query.Tag is { } tag ? OfTag(tag) : query.ContentType is { } contentType ? OfContentType(contentType) : null;

    /// <summary>A place, or the end of a range of them.</summary>
    public static byte[] Place(byte[] front, byte[] created) => [.. front, .. created];

    // Ordinal, as the contract says.
    private static byte[] OfTag(string tag) => Hash(tag, TagSeed);

    // Case does not count.
    private static byte[] OfContentType(string contentType) => Hash(contentType.ToUpperInvariant(), ContentTypeSeed);

    private static byte[] Hash(string text, int seed)
    {
        var front = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(front, XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text), seed));
        return front;
    }
}
