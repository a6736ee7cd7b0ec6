namespace ImageStorage.Providers;

/// <summary>Writes or deletes a document.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Content">Its bytes; null to delete it.</param>
/// <param name="IfMatch">The version that must be there, <see cref="DocumentETag.None"/> for none, null for whatever is there.</param>
public sealed record AtomicDocument(DocumentName Name, ReadOnlyMemory<byte>? Content, DocumentETag? IfMatch = null) : AtomicWrite;
