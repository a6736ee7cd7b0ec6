namespace ImageStorage.Providers;

/// <summary>A document that was read.</summary>
/// <param name="Name">The name.</param>
/// <param name="Content">The bytes, verified against their hash.</param>
/// <param name="ETag">The version, for a compare-and-swap.</param>
public sealed record StoredDocument(DocumentName Name, ReadOnlyMemory<byte> Content, DocumentETag ETag);
