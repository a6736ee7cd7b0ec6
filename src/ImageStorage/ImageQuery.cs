namespace ImageStorage;

/// <summary>
/// What to list. Filters combine: an image is listed when it passes all of them. An order or an interval that the
/// provider has natively costs the page; filters by type, tag or prefix in another order read what they skip.
/// </summary>
public sealed record ImageQuery
{
    /// <summary>The most images that a page may have.</summary>
    public const int MaxLimit = 1000;

    /// <summary>The order; newest first unless said otherwise.</summary>
    public ImageOrder Order { get; init; } = ImageOrder.CreatedDescending;

    /// <summary>Only keys that begin with this text, ordinal. End it with <c>/</c> for a folder: <c>img/1</c> also begins <c>img/10.jpg</c>.</summary>
    public string? Prefix { get; init; }

    /// <summary>
    /// Gets the content type of the images to list, such as <c>image/png</c>; null for all. Case, parameters and well-known other names of a
    /// type, such as <c>image/jpg</c>, make no difference.
    /// </summary>
    public string? ContentType { get; init; }

    /// <summary>Only images that have this tag, ordinal.</summary>
    public string? Tag { get; init; }

    /// <summary>Only images created at this time or later.</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Only images created before this time.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    /// <summary>The most images to return, 1 to <see cref="MaxLimit"/>; 50 unless said otherwise.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>The token of the page before, to go on behind its last image; the order must be the same, limit and filters may differ. Null: from the start.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns whether an image passes the filters. The continuation token is not considered.</summary>
    internal bool Matches(ImageInfo info) =>
        (Prefix is null || info.Key.Value.StartsWith(Prefix, StringComparison.Ordinal))
        && (ContentType is null || ContentTypeNames.AreSame(info.ContentType, ContentType))
        && (Tag is null || info.Tags.Contains(Tag))
        && (CreatedFrom is null || info.CreatedAt >= CreatedFrom)
        && (CreatedBefore is null || info.CreatedAt < CreatedBefore);
}
