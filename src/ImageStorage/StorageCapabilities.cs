using System.Collections.Immutable;

namespace ImageStorage;

/// <summary>What a store takes and can do: the limits of its options and of its provider together.</summary>
public sealed record StorageCapabilities
{
    /// <summary>The most bytes that one image may have.</summary>
    public required long MaxLength { get; init; }

    /// <summary>The most pixels (width times height) that one image may declare.</summary>
    public required long MaxPixels { get; init; }

    /// <summary>The content types that a save accepts.</summary>
    public required ImmutableArray<string> ContentTypes { get; init; }

    /// <summary>What the provider can do.</summary>
    public required ProviderCapabilities Provider { get; init; }

    /// <summary>Returns the members as text.</summary>
    public override string ToString() => RecordText.Of(
        nameof(StorageCapabilities),
        (nameof(MaxLength), MaxLength), (nameof(MaxPixels), MaxPixels), (nameof(ContentTypes), ContentTypes),
        (nameof(Provider), Provider));
}
