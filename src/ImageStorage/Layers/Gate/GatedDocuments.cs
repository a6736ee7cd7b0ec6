using ImageStorage.Providers;

namespace ImageStorage.Gate;

/// <summary>
/// The documents of a store with a gate. Documents that belong to the content of the store, which are the history
/// and the collections of the application, are written only if this build may write. The documents by which the library
/// coordinates are always written: a build that is locked out must be able to end its work.
/// </summary>
internal sealed class GatedDocuments(IDocumentStore inner, WriteGate gate) : IDocumentStore
{
    // The collections of the library that do not belong to the content.
    private static readonly HashSet<string> Free =
    [
        "store", "probes", "jobs", "job-owners", "transactions", "transaction-owners", "hybrid",
        "failover", "failover-chain", "failover-images", "failover-retained",
        "mirror", "mirror-pair", "mirror-in-doubt", "mirror-retained", "mirror-conflicts",
    ];

    /// <summary>Returns whether a document belongs to the content of a store.</summary>
    public static bool Covers(DocumentName name) => !Free.Contains(name.Collection);

    public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => inner.GetAsync(name, cancellationToken);

    public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        gate.IsOpen || !Covers(name) ? inner.PutAsync(name, content, ifMatch, cancellationToken) : PutFirstAsync(name, content, ifMatch, cancellationToken);

    public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        gate.IsOpen || !Covers(name) ? inner.DeleteAsync(name, ifMatch, cancellationToken) : DeleteFirstAsync(name, ifMatch, cancellationToken);

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        inner.ListAsync(prefix, after, limit, cancellationToken);

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
