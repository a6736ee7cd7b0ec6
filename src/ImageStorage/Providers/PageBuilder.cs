namespace ImageStorage.Providers;

/// <summary>
/// Collects a page of a listing from images in the order of the query. For authors of providers. Not thread-safe.
/// </summary>
/// <param name="query">The query whose filters and limit apply.</param>
public sealed class PageBuilder(ImageQuery query)
{
    private readonly List<ImageInfo> _items = new(Math.Min(query.Limit, 64));
    private Dictionary<string, UnlistedImage>? _unlisted;
    private int _unlistedWithKey;
    private int _others;

    // The position of the last image, if that is an unlisted one.
    private ListPosition? _lastUnlisted;
    private bool _more;

    /// <summary>Adds the next image in order, if the image passes the filters.</summary>
    /// <returns>False if the page is full.</returns>
    public bool Add(ImageInfo info)
    {
        if (!query.Matches(info))
        {
            return true;
        }

        // An image that does not fit shows that there is another page.
        if (_items.Count == query.Limit || _unlistedWithKey == ImagePage.MaxUnlisted)
        {
            _more = true;
            return false;
        }

        _items.Add(info);
        _lastUnlisted = null;
        return true;
    }

    /// <summary>
    /// Adds the next image in order that exists and cannot be listed, unless the image is certainly outside of the range
    /// of the query. A full page still takes unlisted images, up to <see cref="ImagePage.MaxUnlisted"/>.
    /// </summary>
    /// <returns>False if the page is full.</returns>
    public bool Add(UnlistedImage unlisted)
    {
        ArgumentNullException.ThrowIfNull(unlisted);
        if (!query.MayMatch(unlisted))
        {
            return true;
        }

        // A place without a key has no position for a token, and belongs to every page that meets it.
        var position = ListPosition.Of(query.Order, unlisted);
        if (position is not null && _unlistedWithKey == ImagePage.MaxUnlisted)
        {
            _more = true;
            return false;
        }

        _unlisted ??= new Dictionary<string, UnlistedImage>(StringComparer.Ordinal);
        if (position is null && _unlisted.Count - _unlistedWithKey >= ImagePage.MaxUnlisted && !_unlisted.ContainsKey(unlisted.Name))
        {
            _others++;
            return true;
        }

        _unlistedWithKey += _unlisted.TryAdd(unlisted.Name, unlisted) && position is not null ? 1 : 0;
        _lastUnlisted = position ?? _lastUnlisted;
        return true;
    }

    /// <summary>Adds the next image in order, listed or unlisted.</summary>
    /// <returns>False if the page is full.</returns>
    public bool Add(WalkedImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Info is { } info ? Add(info) : image.Unlisted is not { } unlisted || Add(unlisted);
    }

    /// <summary>The page.</summary>
    public ImagePage ToPage() => new()
    {
        Items = _items,
        Unlisted = _unlisted is null ? [] : _others == 0 ? [.. _unlisted.Values] : [.. _unlisted.Values, Others()],
        ContinuationToken = _more ? (_lastUnlisted ?? ListPosition.Of(query.Order, _items[^1])).ToToken() : null,
    };

    private UnlistedImage Others() => new()
    {
        Name = "(others)",
        Status = VerificationStatus.Corrupted,
        Detail = $"{_others} more images have no known key; a verification names each of them",
    };
}
