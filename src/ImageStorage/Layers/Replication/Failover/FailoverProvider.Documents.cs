using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <content>The documents: the primary's, and with them the entries of the history that wait on a fallback.</content>
internal sealed partial class FailoverProvider
{
    private async Task<DocumentETag> AppendAsync(DocumentName name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var failures = FailuresOf(RefusalOf(null));
        if (failures[0] is not null)
        {
            try
            {
                return await _parts.Entries.AppendAsync(name, content, failures, cancellationToken).ConfigureAwait(false);
            }
            catch (StorageUnavailableException)
            {
                // None of the fallbacks takes it: the primary, which was only passed over, is asked after all.
            }
        }

        try
        {
            return Taken(await HandoffEntries.CreateAsync(_primary.Documents, name, content, cancellationToken).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            WriteFailed(failure);
            var isSecond = failures[0] is not null;
            failures.Add(0, failure);
            return isSecond ? throw FailoverErrors.AllDown(null, _chain.Names, failures) : await _parts.Entries.AppendAsync(name, content, failures, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<DocumentName>> ListEntriesAsync(string prefix, DocumentName? after, int limit, CancellationToken cancellationToken)
    {
        try
        {
            return Answered(await (await _chain.IsQuietAsync(cancellationToken).ConfigureAwait(false)
                ? _primary.Documents.ListAsync(prefix, after, limit, cancellationToken)
                : _parts.Entries.ListAsync(prefix, after, limit, cancellationToken)).ConfigureAwait(false));
        }
        catch (StorageUnavailableException failure)
        {
            throw await NotListedAsync(failure, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The documents of the store. They are the primary's alone, since a compare-and-swap has one judge, but for the history: its entries are created, never
    /// changed, under names that are used once.
    /// </summary>
    private sealed class FailoverDocuments(FailoverProvider store) : IDocumentStore
    {
        private IDocumentStore Primary => store._primary.Documents;

        private HandoffEntries Entries => store._parts.Entries;

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
            HandoffEntries.Covers(name.Value) ? Entries.GetAsync(name, cancellationToken) : Primary.GetAsync(name, cancellationToken);

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            HandoffEntries.Covers(name.Value) && ifMatch == DocumentETag.None && HistoryNames.IsId(HistoryNames.IdOf(name))
                ? store.AppendAsync(name, content, cancellationToken)
                : Primary.PutAsync(name, content, ifMatch, cancellationToken);

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            HandoffEntries.Covers(name.Value) ? Entries.RemoveAsync(name, ifMatch, cancellationToken) : Primary.DeleteAsync(name, ifMatch, cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            HandoffEntries.Covers(prefix) ? store.ListEntriesAsync(prefix, after, limit, cancellationToken) : Primary.ListAsync(prefix, after, limit, cancellationToken);
    }
}
