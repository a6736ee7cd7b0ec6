using ImageStorage.Providers;

namespace ImageStorage.Selection;

/// <summary>The documents of the chosen provider.</summary>
internal sealed class AutoDocumentStore(ProviderSelector selector) : IDocumentStore
{
    public async Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).GetAsync(name, cancellationToken).ConfigureAwait(false);

    public async Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).PutAsync(name, content, ifMatch, cancellationToken).ConfigureAwait(false);

    public async Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).DeleteAsync(name, ifMatch, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).ListAsync(prefix, after, limit, cancellationToken).ConfigureAwait(false);

    public async Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        await (await ChosenAsync(cancellationToken).ConfigureAwait(false)).ListCollectionsAsync(cancellationToken).ConfigureAwait(false);

    private async ValueTask<IDocumentStore> ChosenAsync(CancellationToken cancellationToken) =>
        (await selector.ChooseAsync(cancellationToken).ConfigureAwait(false)).Provider.Documents;
}
