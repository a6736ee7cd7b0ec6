namespace ImageStorage.Providers;

/// <summary>Represents a document that was read.</summary>
public sealed record StoredDocument
{
    /// <summary>Gets the name.</summary>
    public required DocumentName Name { get; init; }

    /// <summary>Gets the bytes, verified against their hash.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>Gets the version, for a compare-and-swap.</summary>
    public required DocumentETag ETag { get; init; }
}
