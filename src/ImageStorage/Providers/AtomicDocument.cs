namespace ImageStorage.Providers;

/// <summary>Writes or deletes a document in an atomic commit.</summary>
/// <param name="Name">The name.</param>
/// <param name="Content">The bytes; null to delete the document.</param>
/// <param name="IfMatch">The expected version; <see cref="DocumentETag.None"/> if there must be no document; null for
/// any version.</param>
public sealed record AtomicDocument(DocumentName Name, ReadOnlyMemory<byte>? Content, DocumentETag? IfMatch = null) : AtomicWrite;
