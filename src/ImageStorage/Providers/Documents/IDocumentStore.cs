namespace ImageStorage.Providers;

/// <summary>
/// Stores small named documents (up to <see cref="MaxContentLength"/> bytes, usually JSON) together with the images of
/// a provider, with compare-and-swap. Features store their state as documents, so that a copy of the storage is
/// complete. Documents are durable and never torn, like images. All members are thread-safe.
/// </summary>
public interface IDocumentStore
{
    /// <summary>The maximum number of bytes of a document: 1 MiB.</summary>
    const int MaxContentLength = 1 << 20;

    /// <summary>Returns a document; null if there is no document.</summary>
    /// <exception cref="StorageCorruptedException">The document is damaged.</exception>
    Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default);

    /// <summary>Writes a document.</summary>
    /// <param name="name">The name.</param>
    /// <param name="content">The bytes; may be empty.</param>
    /// <param name="ifMatch">The expected version; <see cref="DocumentETag.None"/> if there must be no document; null
    /// for any version.</param>
    /// <param name="cancellationToken">Cancels the call before the write.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ImageConflictException">The document has another version.</exception>
    Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a document. Deleting a missing document succeeds, unless a version is expected.</summary>
    /// <returns><see langword="true"/> if there was a document; otherwise <see langword="false"/>.</returns>
    /// <exception cref="ImageConflictException">The document has another version.</exception>
    Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the names with a prefix, after another name, in ordinal order.</summary>
    /// <param name="prefix">A collection, <c>/</c>, and the beginning of a name.</param>
    /// <param name="after">The name after which the listing begins; null for the start. The name need not
    /// exist.</param>
    /// <param name="limit">The maximum number of names, 1 to 1,000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Up to <paramref name="limit"/> names. Fewer names mean that the listing is complete.</returns>
    Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>Returns the collections that have documents, in ordinal order.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The names of the collections, without <c>/</c>; those of the library included
    /// (<see cref="DocumentCollections.Travels"/>). A collection without documents is not listed.</returns>
    Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default);
}
