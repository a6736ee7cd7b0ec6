namespace ImageStorage;

/// <summary>
/// What must be true of the stored image for a write to happen, checked and applied as one act. A write whose
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
