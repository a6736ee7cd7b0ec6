namespace ImageStorage.Providers;

/// <summary>A document as it was read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its bytes, checked against their hash.</param>
/// <param name="ETag">Its version, for a compare-and-swap.</param>
public sealed record StoredDocument(DocumentName Name, ReadOnlyMemory<byte> Content, DocumentETag ETag);
