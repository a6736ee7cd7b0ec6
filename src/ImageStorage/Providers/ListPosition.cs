using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace ImageStorage.Providers;

/// <summary>
/// A position after an image in a listing, the content of a continuation token. The position names the image, not an
/// offset, so images that come and go between two pages neither repeat nor hide other images.
/// </summary>
/// <param name="Order">The order that the position belongs to.</param>
/// <param name="CreatedAt">The creation time of the image.</param>
/// <param name="Key">The key of the image.</param>
public readonly record struct ListPosition(ImageOrder Order, DateTimeOffset CreatedAt, ImageKey Key)
{
    private const int HeaderLength = 1 + sizeof(long);

    /// <summary>Returns the position after an image.</summary>
    public static ListPosition Of(ImageOrder order, ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return new(order, info.CreatedAt, info.Key);
    }

    /// <summary>
    /// Returns the position after an unlisted image; null if its key is not known. An image without a known creation time
    /// has the place of the oldest image.
    /// </summary>
    public static ListPosition? Of(ImageOrder order, UnlistedImage unlisted)
    {
        ArgumentNullException.ThrowIfNull(unlisted);
        return unlisted.Key is { } key ? new ListPosition(order, unlisted.CreatedAt ?? DateTimeOffset.MinValue, key) : null;
    }

    /// <summary>Returns the position of a query; null if the query has no token.</summary>
    /// <exception cref="ImageValidationException">The token does not come from a listing in this order.</exception>
    public static ListPosition? From(ImageQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.ContinuationToken is not { } token)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[HeaderLength + ImageKey.MaxBytes];
        if (token.Length <= Base64Url.GetEncodedLength(bytes.Length)
            && Base64Url.DecodeFromChars(token, bytes, out _, out var written) == OperationStatus.Done && written > HeaderLength
            && bytes[0] == (byte)query.Order
            && BinaryPrimitives.ReadInt64BigEndian(bytes[1..]) is var ticks and >= 0 && ticks <= DateTime.MaxValue.Ticks
            && ImageKey.TryParse(Encoding.UTF8.GetString(bytes[HeaderLength..written]), out var key))
        {
            return new ListPosition(query.Order, new DateTimeOffset(ticks, TimeSpan.Zero), key);
        }

        throw new ImageValidationException(ImageValidationKind.InvalidQuery, $"The continuation token does not belong to a listing in the order {query.Order}: pass the token of the previous page, with the same query.");
    }

    /// <summary>Returns the token of this position.</summary>
    public string ToToken()
    {
        Span<byte> bytes = stackalloc byte[HeaderLength + ImageKey.MaxBytes];
        bytes[0] = (byte)Order;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], CreatedAt.UtcTicks);
        var length = Encoding.UTF8.GetBytes(Key.Value, bytes[HeaderLength..]);
        return Base64Url.EncodeToString(bytes[..(HeaderLength + length)]);
    }

    /// <summary>Returns whether an image with this time and key comes after the position.</summary>
    public bool IsBefore(DateTimeOffset createdAt, ImageKey key) => Compare(Order, CreatedAt, Key, createdAt, key) < 0;

    /// <summary>
    /// Returns whether a listed or unlisted image comes after the position. An image without a known key has no position,
    /// and comes after every position.
    /// </summary>
    public bool IsBefore(WalkedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Info is { } info ? IsBefore(info.CreatedAt, info.Key)
            : image.Unlisted is not { } unlisted || Of(Order, unlisted) is not { } position || IsBefore(position.CreatedAt, position.Key);
    }

    /// <summary>Compares two images in an order; returns a negative number if the first image comes first.</summary>
    public static int Compare(ImageOrder order, ImageInfo first, ImageInfo second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return Compare(order, first.CreatedAt, first.Key, second.CreatedAt, second.Key);
    }

    /// <summary>Compares two positions of one order; returns a negative number if the first position comes first.</summary>
    internal static int Compare(ListPosition first, ListPosition second) => Compare(first.Order, first.CreatedAt, first.Key, second.CreatedAt, second.Key);

    private static int Compare(ImageOrder order, DateTimeOffset firstTime, ImageKey firstKey, DateTimeOffset secondTime, ImageKey secondKey)
    {
        if (order == ImageOrder.KeyAscending)
        {
            return firstKey.CompareTo(secondKey);
        }

        var byTime = firstTime.CompareTo(secondTime);
        var ascending = byTime != 0 ? byTime : firstKey.CompareTo(secondKey);
        return order == ImageOrder.CreatedAscending ? ascending : -ascending;
    }
}
