using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <content>The documents of the store: those of the primary, merged with history entries on fallbacks.</content>
internal sealed partial class FailoverProvider
{
    private async Task<DocumentETag> AppendAsync(DocumentName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var failures = NewFailures(GetWriteRefusal(null));
        if (failures[0] is not null)
        {
            try
            {
                return await _components.Entries.AppendAsync(name, content, failures, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException)
            {
                // No fallback accepts the entry: ask the primary after all, which was only passed over.
            }
        }

        try
        {
            return RecordWriteSuccess(await HintedHistory.CreateAsync(_primary.Documents, name, content, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            RecordWriteFailure(failure);
            var isSecond = failures[0] is not null;
            failures.Add(0, failure);
            return isSecond ? throw FailoverErrors.AllDown(null, _chain.Names, failures) : await _components.Entries.AppendAsync(name, content, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<IReadOnlyList<DocumentName>> ListEntriesAsync(string prefix, DocumentName? after, int limit, CancellationToken cancellationToken) => ListMergedAsync(
        () => _primary.Documents.ListAsync(prefix, after, limit, cancellationToken),
        () => _components.Entries.ListAsync(prefix, after, limit, cancellationToken),
        cancellationToken);

    private Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken) => ListMergedAsync(
        () => _primary.Documents.ListCollectionsAsync(cancellationToken),
        async () =>
        {
            // The fallbacks are asked first, as for the entries: an entry that is replayed meanwhile is then on the
            // primary.
            var entries = await _components.Entries.ListAsync(HistoryNames.Prefix, null, 1, cancellationToken).ConfigureAwait(false);
            IEnumerable<string> collections = await _primary.Documents.ListCollectionsAsync(cancellationToken).ConfigureAwait(false);
            return [.. (entries.Count == 0 ? collections : collections.Union([DocumentCollections.History])).Order(StringComparer.Ordinal)];
        },
        cancellationToken);

    private async Task<IReadOnlyList<T>> ListMergedAsync<T>(Func<Task<IReadOnlyList<T>>> primary, Func<Task<IReadOnlyList<T>>> merged, CancellationToken cancellationToken)
    {
        try
        {
            return RecordSuccess(await (await _chain.AreEmptyAsync(cancellationToken).ConfigureAwait(false) ? primary() : merged()).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await DescribeNotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The documents of the store. Only the primary has them, because a compare-and-swap has one judge. The exception
    /// is the history: its entries are created once, under unique names, and never changed.
    /// </summary>
    private sealed class FailoverDocuments(FailoverProvider store) : IDocumentStore
    {
        private IDocumentStore Primary => store._primary.Documents;

        private HintedHistory Entries => store._components.Entries;

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
            HintedHistory.Covers(name.Value) ? Entries.GetAsync(name, cancellationToken) : Primary.GetAsync(name, cancellationToken);

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            HintedHistory.Covers(name.Value) && ifMatch == DocumentETag.None && HistoryNames.IsId(HistoryNames.IdOf(name))
                ? store.AppendAsync(name, content, cancellationToken)
                : Primary.PutAsync(name, content, ifMatch, cancellationToken);

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            HintedHistory.Covers(name.Value) ? Entries.RemoveAsync(name, ifMatch, cancellationToken) : Primary.DeleteAsync(name, ifMatch, cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            HintedHistory.Covers(prefix) ? store.ListEntriesAsync(prefix, after, limit, cancellationToken) : Primary.ListAsync(prefix, after, limit, cancellationToken);

        public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) => store.ListCollectionsAsync(cancellationToken);
    }
}
