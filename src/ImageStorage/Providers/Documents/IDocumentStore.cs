namespace ImageStorage.Providers;

/// <summary>
/// Small named documents (up to <see cref="MaxContentLength"/> bytes, JSON by habit) beside the images of a provider,
/// with compare-and-swap. Whatever a feature must remember it keeps here, so that a copy of the store is a copy of all
/// of it. Durable and never torn, like images.
/// </summary>
public interface IDocumentStore
{
    /// <summary>The most bytes that a document may have: 1 MiB.</summary>
    const int MaxContentLength = 1 << 20;

    /// <summary>Reads a document, or answers null when there is none.</summary>
    /// <exception cref="StorageCorruptedException">The document is damaged.</exception>
    Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default);

    /// <summary>Writes a document whole.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="content">Its bytes; may be empty.</param>
    /// <param name="ifMatch">The version that must be there, <see cref="DocumentETag.None"/> for no version at all, null for whatever is there.</param>
    /// <param name="cancellationToken">Ends the call before the write.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="ImageConflictException">The version is another one.</exception>
    Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a document. Deleting what is not there succeeds, unless a version was asked for.</summary>
    /// <returns>Whether a document was there.</returns>
    /// <exception cref="ImageConflictException">The version is another one.</exception>
    Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default);

    /// <summary>The names that begin with a prefix and come behind another name, in ordinal order.</summary>
    /// <param name="prefix">A collection, <c>/</c>, and any beginning of a name.</param>
    /// <param name="after">Only names behind this one; null from the start. It need not exist.</param>
    /// <param name="limit">The most names to return, 1 to 1,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>At most <paramref name="limit"/> names; fewer only at the end.</returns>
    Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default);
}
