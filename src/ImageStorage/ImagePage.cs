namespace ImageStorage;

/// <summary>One page of a listing.</summary>
/// <param name="Items">The images in the order of the query. Only the last page has fewer images than the
/// limit.</param>
/// <param name="ContinuationToken">The token for the next page; null on the last page.</param>
public sealed record ImagePage(IReadOnlyList<ImageInfo> Items, string? ContinuationToken);
