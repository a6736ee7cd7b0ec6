namespace ImageStorage.Mirroring;

/// <summary>Enumerates all images of a replica in key order, one page at a time.</summary>
internal sealed class MirrorCursor(MirrorReplica replica)
{
    private const int PageLength = 500;

    private ImagePage? _page;
    private int _index;

    /// <summary>Gets the current image, or <see langword="null"/> at the end.</summary>
    public ImageInfo? Current => _page is { } page && _index < page.Items.Count ? page.Items[_index] : null;

    public async ValueTask MoveNextAsync(CancellationToken cancellationToken)
    {
        _index++;
        while (Current is null && (_page is null || _page.ContinuationToken is not null))
        {
            _page = await replica.Provider.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = PageLength, ContinuationToken = _page?.ContinuationToken }, cancellationToken).ConfigureAwait(false);
            _index = 0;
        }
    }
}
