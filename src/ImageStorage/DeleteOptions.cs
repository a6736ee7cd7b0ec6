namespace ImageStorage;

/// <summary>How one image is deleted.</summary>
public sealed record DeleteOptions
{
    internal static DeleteOptions Default { get; } = new();

    /// <summary>
    /// The version that must be there for the delete to happen; another one, or none at all, throws
    /// <see cref="ImageConflictException"/>. Null: whatever is there is deleted.
    /// </summary>
    public IfMatch? Precondition { get; init; }
}
