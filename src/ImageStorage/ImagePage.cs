namespace ImageStorage;

/// <summary>One page of a listing.</summary>
/// <param name="Items">The images, in the order of the query; fewer than the limit only on the last page.</param>
/// <param name="ContinuationToken">Hand it to the next query to go on; null on the last page.</param>
public sealed record ImagePage(IReadOnlyList<ImageInfo> Items, string? ContinuationToken);
