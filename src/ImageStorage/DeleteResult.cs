using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>The result of one delete of a batch.</summary>
public sealed record DeleteResult
{
    /// <summary>Gets the key.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets a value that indicates whether the image existed and is now deleted.</summary>
    public required bool Existed { get; init; }

    /// <summary>Gets the reason why the delete failed; null if the delete succeeded.</summary>
    public Exception? Error { get; init; }

    /// <summary>Gets a value that indicates whether the delete succeeded. A delete of an image that does not exist succeeds.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
