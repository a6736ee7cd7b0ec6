using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using LiteDB;

namespace ImageStorage.LiteDb.Records;

/// <summary>
/// The entries of an image in the index by content type and tag: 64 bits of hash, then creation time and key. The
/// images of a tag are therefore adjacent in creation order. Two tags may share a hash, so a listing checks the record
/// too.
/// </summary>
internal static class FilterEntries
{
    private const int TagSeed = 1;
    private const int ContentTypeSeed = 2;

    /// <summary>Returns all entries of an image.</summary>
    /// <param name="info">The record of the image.</param>
    /// <param name="key">The key as bytes.</param>
    public static BsonArray Of(ImageInfo info, ReadOnlySpan<byte> key)
    {
        var created = KeyBytes.OfCreated(info.CreatedAt, key);
        var entries = new BsonArray { Entry(OfContentType(info.ContentType), created) };
        foreach (var tag in info.Tags)
        {
            entries.Add(Entry(OfTag(tag), created));
        }

        return entries;
    }

    /// <summary>
    /// Returns the prefix of the entries that a query filters by; null without a filter. With both filters the tag,
    /// which is usually rarer.
    /// </summary>
    public static byte[]? PrefixOf(ImageQuery query) =>
        query.Tag is { } tag ? OfTag(tag) : query.ContentType is { } contentType ? OfContentType(contentType) : null;

    /// <summary>Returns an entry, or the end of a range of entries.</summary>
    public static byte[] Entry(byte[] prefix, byte[] created) => [.. prefix, .. created];

    // Tags are compared ordinally.
    private static byte[] OfTag(string tag) => Hash(tag, TagSeed);

    // Content types are compared without case.
    private static byte[] OfContentType(string contentType) => Hash(contentType.ToUpperInvariant(), ContentTypeSeed);

    private static byte[] Hash(string text, int seed)
    {
        var prefix = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(prefix, XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text), seed));
        return prefix;
    }
}
