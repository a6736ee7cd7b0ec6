namespace ImageStorage;

/// <summary>
/// A condition on the stored image. The provider checks the condition and writes in one atomic operation. A write whose
/// precondition does not hold changes nothing and throws <see cref="ImageConflictException"/>. The two kinds are
/// <see cref="IfMatch"/> and <see cref="IfNoneMatch.Any"/>.
/// </summary>
public abstract record Precondition
{
    private protected Precondition()
    {
    }

    /// <summary>Returns whether the precondition holds.</summary>
    /// <param name="current">The version of the image; null if the image does not exist.</param>
    public abstract bool IsSatisfiedBy(ImageETag? current);
}

/// <summary>The precondition that the image has exactly this version.</summary>
/// <param name="ETag">The ETag that the caller has read.</param>
public sealed record IfMatch(ImageETag ETag) : Precondition
{
    /// <inheritdoc/>
    public override bool IsSatisfiedBy(ImageETag? current) => current == ETag;
}

/// <summary>The precondition that there is no image under the key.</summary>
public sealed record IfNoneMatch : Precondition
{
    private IfNoneMatch()
    {
    }

    /// <summary>Gets the precondition: create an image, never overwrite an image.</summary>
    public static IfNoneMatch Any { get; } = new();

    /// <inheritdoc/>
    public override bool IsSatisfiedBy(ImageETag? current) => current is null;
}
