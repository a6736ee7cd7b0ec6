namespace ImageStorage;

/// <summary>The image must be there in exactly this version.</summary>
/// <param name="ETag">The version that the caller read before.</param>
public sealed record IfMatch(ImageETag ETag) : Precondition
{
    internal override bool IsSatisfiedBy(ImageETag? current) => current == ETag;
}
