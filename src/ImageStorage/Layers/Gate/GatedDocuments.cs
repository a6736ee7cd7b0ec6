using ImageStorage.Providers;

namespace ImageStorage.Gate;

/// <summary>
/// The documents of a store with a gate. Documents that belong to the content of the store, which are those that travel
/// with a copy (<see cref="DocumentCollections"/>), are written only if this build may write. The documents by which the library
/// coordinates are always written: a build that is locked out must be able to end its work.
/// </summary>
internal sealed class GatedDocuments(IDocumentStore inner, WriteGate gate) : IDocumentStore
{
    /// <summary>Returns whether a document belongs to the content of a store.</summary>
    public static bool Covers(DocumentName name) => DocumentCollections.Travels(name.Collection);

    public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => inner.GetAsync(name, cancellationToken);

    public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        gate.IsOpen || !Covers(name) ? inner.PutAsync(name, content, ifMatch, cancellationToken) : PutFirstAsync(name, content, ifMatch, cancellationToken);

    public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        gate.IsOpen || !Covers(name) ? inner.DeleteAsync(name, ifMatch, cancellationToken) : DeleteFirstAsync(name, ifMatch, cancellationToken);

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, after, limit, cancellationToken);

    public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) => inner.ListCollectionsAsync(cancellationToken);

    // A fallback accepts entries of the history alone.
    private static bool IsOnPrimary(DocumentName name) => !name.Value.StartsWith(HistoryNames.Prefix, StringComparison.Ordinal);

    private async Task<DocumentETag> PutFirstAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch, CancellationToken cancellationToken)
    {
        await gate.EnsureOpenAsync(IsOnPrimary(name), cancellationToken).ConfigureAwait(false);
        return await inner.PutAsync(name, content, ifMatch, cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> DeleteFirstAsync(DocumentName name, DocumentETag? ifMatch, CancellationToken cancellationToken)
    {
        await gate.EnsureOpenAsync(IsOnPrimary(name), cancellationToken).ConfigureAwait(false);
        return await inner.DeleteAsync(name, ifMatch, cancellationToken).ConfigureAwait(false);
    }
}
