namespace ImageStorage;

/// <summary>The precondition that there is no image under the key.</summary>
public sealed record IfNoneMatch : Precondition
{
    private IfNoneMatch()
    {
    }

    /// <summary>Gets the precondition: create an image, never overwrite an image.</summary>
    public static IfNoneMatch Any { get; } = new();

    internal override bool IsSatisfiedBy(ImageETag? current) => current is null;
}
