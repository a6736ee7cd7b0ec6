using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>Documents whose calls fail at will, before their effect or after it.</summary>
internal sealed class FaultyDocuments(IDocumentStore inner, Func<ProviderCall, Exception?> fault) : IDocumentStore
{
    public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => RunAsync("GetDocument", () => inner.GetAsync(name, cancellationToken));

    public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        RunAsync("PutDocument", () => inner.PutAsync(name, content, ifMatch, cancellationToken));

    public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        RunAsync("DeleteDocument", () => inner.DeleteAsync(name, ifMatch, cancellationToken));

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        RunAsync("ListDocuments", () => inner.ListAsync(prefix, after, limit, cancellationToken));

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> call)
    {
        ThrowIfWanted(new ProviderCall(operation, null, HasTakenEffect: false));
        var result = await call();
        ThrowIfWanted(new ProviderCall(operation, null, HasTakenEffect: true));
        return result;
    }

    private void ThrowIfWanted(ProviderCall call)
    {
        if (fault(call) is { } failure)
        {
            throw failure;
        }
    }
}
