using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>The result for one key of a batch of deletes.</summary>
/// <param name="Key">The key.</param>
/// <param name="Existed">True if there was an image.</param>
/// <param name="Error">The exception of the delete; null if the delete succeeded.</param>
public sealed record DeleteResult(ImageKey Key, bool Existed, Exception? Error)
{
    /// <summary>Gets a value indicating whether the delete succeeded, whether or not there was an image.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
