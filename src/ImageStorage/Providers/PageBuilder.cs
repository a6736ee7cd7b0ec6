namespace ImageStorage.Providers;

/// <summary>Collects a page of a listing from images that come in its order; for those who write providers.</summary>
/// <param name="query">The query whose filters and limit apply.</param>
public sealed class PageBuilder(ImageQuery query)
{
    private readonly List<ImageInfo> _items = new(Math.Min(query.Limit, 64));
    private bool _more;

    /// <summary>Takes the next image in order; one that the filters do not want is left out.</summary>
    /// <returns>False when the page is full and no more images are wanted.</returns>
    public bool Add(ImageInfo info)
    {
        if (!query.Matches(info))
        {
            return true;
        }

        // One image more than the page holds tells whether there is another page.
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
