namespace ImageStorage.Providers;

/// <summary>The listed and the unlisted images of a page as one sequence.</summary>
internal static class PageImages
{
    /// <summary>Returns the images of a page in the order of the query.</summary>
    public static IEnumerable<WalkedImage> InOrder(ImagePage page, ImageOrder order)
    {
        var items = page.Items.Select(WalkedImage.Of);
        return page.Unlisted.Count == 0
            ? items
            : items.Concat(page.Unlisted.Select(WalkedImage.Of)).Order(Comparer<WalkedImage>.Create((one, other) => Compare(order, one, other)));
    }

    /// <summary>Compares two images in an order. An image without a known key precedes all others.</summary>
    public static int Compare(ImageOrder order, WalkedImage one, WalkedImage other) => (PositionOf(order, one), PositionOf(order, other)) switch
    {
        ({ } first, { } second) => ListPosition.Compare(first, second),
        var (first, second) => (first is null ? 0 : 1) - (second is null ? 0 : 1),
    };

    private static ListPosition? PositionOf(ImageOrder order, WalkedImage image) =>
        image.Info is { } info ? ListPosition.Of(order, info) : image.Unlisted is { } unlisted ? ListPosition.Of(order, unlisted) : null;
}
