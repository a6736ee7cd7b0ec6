namespace ImageStorage;

/// <summary>The precondition that the image has exactly this version.</summary>
/// <param name="ETag">The ETag that the caller has read.</param>
public sealed record IfMatch(ImageETag ETag) : Precondition
{
    internal override bool IsSatisfiedBy(ImageETag? current) => current == ETag;
}
