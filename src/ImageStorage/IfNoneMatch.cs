namespace ImageStorage;

/// <summary>There must be no image under the key: create, never overwrite.</summary>
public sealed record IfNoneMatch : Precondition
{
    private IfNoneMatch()
    {
    }

    /// <summary>Create only.</summary>
    public static IfNoneMatch Any { get; } = new();

    internal override bool IsSatisfiedBy(ImageETag? current) => current is null;
}
