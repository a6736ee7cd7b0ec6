namespace ImageStorage.Providers;

/// <summary>
/// Collects a page of a listing from images in the order of the query. For authors of providers. Not thread-safe.
/// </summary>
/// <param name="query">The query whose filters and limit apply.</param>
public sealed class PageBuilder(ImageQuery query)
{
    private readonly List<ImageInfo> _items = new(Math.Min(query.Limit, 64));
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
        if (_items.Count == query.Limit)
        {
            _more = true;
            return false;
        }

        _items.Add(info);
        return true;
    }

    /// <summary>The page.</summary>
    public ImagePage ToPage() => new()
    {
        Items = _items,
        ContinuationToken = _more ? ListPosition.Of(query.Order, _items[^1]).ToToken() : null,
    };
}
