using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>The limits and capabilities of a store: those of its options and its provider together.</summary>
public sealed record StorageCapabilities
{
    /// <summary>Gets the maximum number of bytes of an image.</summary>
    public required long MaxLength { get; init; }

    /// <summary>Gets the maximum number of pixels (width times height) of an image.</summary>
    public required long MaxPixels { get; init; }

    /// <summary>Gets the content types that a save accepts.</summary>
    public required ImmutableArray<string> ContentTypes { get; init; }

    /// <summary>Gets the capabilities of the provider.</summary>
    public required ProviderCapabilities Provider { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(StorageCapabilities),
        (nameof(MaxLength), MaxLength), (nameof(MaxPixels), MaxPixels), (nameof(ContentTypes), ContentTypes),
        (nameof(Provider), Provider));
}
