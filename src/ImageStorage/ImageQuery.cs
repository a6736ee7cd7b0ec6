namespace ImageStorage;

/// <summary>
/// Selects the images of a listing and their order. Filters combine: an image is listed if it passes all of them. A
/// native order of the provider costs a page; a filter that the order does not support reads the records that it skips.
/// </summary>
public sealed record ImageQuery
{
    /// <summary>The maximum number of images on a page.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Gets the order. The default is newest first.</summary>
    public ImageOrder Order { get; init; } = ImageOrder.CreatedDescending;

    /// <summary>
    /// Gets the text that the listed keys begin with, ordinal; null for all keys. End the text with <c>/</c> for a
    /// folder: <c>img/1</c> is also the beginning of <c>img/10.jpg</c>.
    /// </summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Gets the content type of the listed images, such as <c>image/png</c>; null for all. Case, parameters and
    /// well-known aliases of a type, such as <c>image/jpg</c>, make no difference.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>Gets the tag of the listed images, ordinal; null for all.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the time at or after which the listed images were created; null for no limit.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Gets the time before which the listed images were created; null for no limit.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>
    /// Gets the maximum number of images on the page, 1 to <see cref="MaxLimit"/>. The default is 50.
    /// </summary>
    public int Limit { get; init; } = 50;

    /// <summary>
    /// Gets the token of the previous page; null for the first page. The order must be the same. Limit and filters may
    /// differ.
    /// </summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns whether an image passes the filters. The continuation token is not considered.</summary>
    /// <param name="info">The record of the image.</param>
    public bool Matches(ImageInfo info)
    {
        ArgumentNullException.ThrowIfNull(info);
        return (Prefix is null || info.Key.Value.StartsWith(Prefix, StringComparison.Ordinal))
            && (ContentType is null || ContentTypeNames.AreSame(info.ContentType, ContentType))
            && (Tag is null || info.Tags.Contains(Tag))
            && (CreatedFrom is null || info.CreatedAt >= CreatedFrom)
            && (CreatedBefore is null || info.CreatedAt < CreatedBefore);
    }

    /// <summary>Returns whether an image whose record cannot be read may pass the filters.</summary>
    internal bool MayMatch(UnlistedImage image) =>
        (Prefix is null || image.Key is not { } key || key.Value.StartsWith(Prefix, StringComparison.Ordinal))
        && (CreatedFrom is null || image.CreatedAt is not { } notBefore || notBefore >= CreatedFrom)
        && (CreatedBefore is null || image.CreatedAt is not { } before || before < CreatedBefore);
}
