using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>The result for one image of a batch of saves.</summary>
/// <param name="Key">The key of the request.</param>
/// <param name="Info">The record of the stored image; null if the save failed.</param>
/// <param name="Error">The exception of the save; null if the save succeeded.</param>
public sealed record SaveResult(ImageKey Key, ImageInfo? Info, Exception? Error)
{
    /// <summary>Gets a value indicating whether the image was stored.</summary>
    [MemberNotNullWhen(true, nameof(Info))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
