using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>What became of one key of a batch of deletes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Existed">Was an image there and is now deleted?</param>
/// <param name="Error">Why the delete failed, or null when it succeeded.</param>
public sealed record DeleteResult(ImageKey Key, bool Existed, Exception? Error)
{
    /// <summary>Is the image gone now, whether it was there or not?</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
