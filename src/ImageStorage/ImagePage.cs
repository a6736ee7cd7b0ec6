namespace ImageStorage;

/// <summary>One page of a listing.</summary>
public sealed record ImagePage
{
    /// <summary>The maximum number of unlisted images with a known key on a page.</summary>
    public const int MaxUnlisted = 1000;

    /// <summary>
    /// Gets the images, in the order of the query. A page may have fewer than <see cref="ImageQuery.Limit"/>, even none,
    /// beside <see cref="Unlisted"/> images: only a <see cref="ContinuationToken"/> of null tells the last page.
    /// </summary>
    public required IReadOnlyList<ImageInfo> Items { get; init; }

    /// <summary>
    /// Gets the images in the range of the page that exist and cannot be listed; the default is none. A filter of
    /// content type or tag omits such an image only if the store knows without the record that the image does not pass.
    /// After the maximum of <see cref="MaxUnlisted"/> the page ends early and has a continuation token. Images without a
    /// known key are on every page that meets them; above the same maximum, one entry has the number of the others.
    /// </summary>
    public IReadOnlyList<UnlistedImage> Unlisted { get; init; } = [];

    /// <summary>Gets the token for the <see cref="ImageQuery.ContinuationToken"/> of the next page; null on the last page.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ImagePage),
        (nameof(Items), Items.Select(info => info.Key)), (nameof(Unlisted), Unlisted.Select(image => image.Name)), (nameof(ContinuationToken), ContinuationToken));
}
