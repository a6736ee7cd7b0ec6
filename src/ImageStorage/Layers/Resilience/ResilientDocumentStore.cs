using ImageStorage.Providers;

namespace ImageStorage.Resilience;

/// <summary>
/// The documents of a provider under the same rules as its images: reads and unconditional writes are repeated,
/// compare-and-swaps and deletes are not.
/// </summary>
internal sealed class ResilientDocumentStore(IDocumentStore inner, ResilienceCalls calls) : IDocumentStore
{
    public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
        calls.RepeatedAsync((inner, name), static (call, timer) => call.inner.GetAsync(call.name, timer.Token), cancellationToken);

    public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        ifMatch is null
            ? calls.RepeatedAsync((inner, name, content), static (call, timer) => call.inner.PutAsync(call.name, call.content, null, timer.Token), cancellationToken)
            : calls.OnceAsync((inner, name, content, ifMatch), static (call, timer) => call.inner.PutAsync(call.name, call.content, call.ifMatch, timer.Token), cancellationToken);

    public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
        calls.OnceAsync((inner, name, ifMatch), static (call, timer) => call.inner.DeleteAsync(call.name, call.ifMatch, timer.Token), cancellationToken);

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        calls.RepeatedAsync((inner, prefix, after, limit), static (call, timer) => call.inner.ListAsync(call.prefix, call.after, call.limit, timer.Token), cancellationToken);

    public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        calls.RepeatedAsync(inner, static (inner, timer) => inner.ListCollectionsAsync(timer.Token), cancellationToken);
}
