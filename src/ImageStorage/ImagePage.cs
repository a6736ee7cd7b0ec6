namespace ImageStorage;

/// <summary>One page of a listing.</summary>
public sealed record ImagePage
{
    /// <summary>Gets the images, in the order of the query. Only the last page has fewer than <see cref="ImageQuery.Limit"/>.</summary>
    public required IReadOnlyList<ImageInfo> Items { get; init; }

    /// <summary>Gets the token for the <see cref="ImageQuery.ContinuationToken"/> of the next page; null on the last page.</summary>
    public string? ContinuationToken { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(ImagePage),
        (nameof(Items), Items.Select(info => info.Key)), (nameof(ContinuationToken), ContinuationToken));
}
