using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>The result of one save of a batch.</summary>
public sealed record SaveResult
{
    /// <summary>Gets the key of the request.</summary>
    public required ImageKey Key { get; init; }

    /// <summary>Gets the record as stored; null if the save failed.</summary>
    public ImageInfo? Info { get; init; }

    /// <summary>Gets the reason why the save failed; null if the save succeeded.</summary>
    public Exception? Error { get; init; }

    /// <summary>Gets a value that indicates whether the image was stored.</summary>
    [MemberNotNullWhen(true, nameof(Info))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
