using System.Diagnostics.CodeAnalysis;

namespace ImageStorage;

/// <summary>What became of one image of a batch of saves.</summary>
/// <param name="Key">The key of the request.</param>
/// <param name="Info">What was stored, or null when the save failed.</param>
/// <param name="Error">Why the save failed, or null when it succeeded.</param>
public sealed record SaveResult(ImageKey Key, ImageInfo? Info, Exception? Error)
{
    /// <summary>Was the image stored?</summary>
    [MemberNotNullWhen(true, nameof(Info))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;
}
