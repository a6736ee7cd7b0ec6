using ImageStorage.Providers;

namespace ImageStorage.Instrumentation;

/// <summary>The documents of a provider. Damage is reported; features report other failures themselves.</summary>
internal sealed class ObservedDocuments(IImageProvider provider, CorruptionReporter corruption) : IDocumentStore
{
    private IDocumentStore Inner => provider.Documents;

    public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
        ObserveAsync("document read", Inner.GetAsync(name, cancellationToken));

    public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        ObserveAsync("document put", Inner.PutAsync(name, content, ifMatch, cancellationToken));

    public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        ObserveAsync("document delete", Inner.DeleteAsync(name, ifMatch, cancellationToken));

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        ObserveAsync("document list", Inner.ListAsync(prefix, after, limit, cancellationToken));

    private Task<TResult> ObserveAsync<TResult>(string operation, Task<TResult> call) => call.IsCompletedSuccessfully ? call : AwaitAsync(operation, call);

    private async Task<TResult> AwaitAsync<TResult>(string operation, Task<TResult> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (StorageCorruptedException damage)
        {
            corruption.Report(operation, default, damage);
            throw;
        }
    }
}
