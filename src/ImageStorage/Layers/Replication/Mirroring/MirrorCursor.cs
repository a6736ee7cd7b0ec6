using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>Enumerates all images of a replica in key order, one page at a time, also the images that cannot be listed.</summary>
internal sealed class MirrorCursor(MirrorReplica replica)
{
    private const int PageLength = 500;

    private IReadOnlyList<WalkedImage> _images = [];
    private ImagePage? _page;
    private int _index;

    /// <summary>Gets the current image, or <see langword="null"/> at the end. The key is known.</summary>
    public WalkedImage? Current => _index < _images.Count ? _images[_index] : null;

    /// <summary>Gets the number of images so far whose keys cannot be read.</summary>
    public int Nameless { get; private set; }

    public async ValueTask MoveNextAsync(CancellationToken cancellationToken)
    {
        _index++;
        while (Current is null && (_page is null || _page.ContinuationToken is not null))
        {
            _page = await replica.Provider.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = PageLength, ContinuationToken = _page?.ContinuationToken }, cancellationToken).ConfigureAwait(false);
            _images = [.. PageImages.InOrder(_page, ImageOrder.KeyAscending).Where(image => image.Key is not null)];
            Nameless += _page.Items.Count + _page.Unlisted.Count - _images.Count;
            _index = 0;
        }
    }
}
