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

    /// <summary>Returns whether the precondition holds for an image in this version; null for no image.</summary>
    internal abstract bool IsSatisfiedBy(ImageETag? current);
}
