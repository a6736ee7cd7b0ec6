using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>
/// Records for each call whether the replica answered, and rejects calls while the replica is paused.
/// </summary>
internal sealed class GuardedReplica(IImageProvider inner, ReplicaHealth health) : DelegatingImageProvider(inner), ICopyProvider
{
    private GuardedDocuments? _documents;

    public override IDocumentStore Documents => _documents ??= new GuardedDocuments(Inner.Documents, health);

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.PutAsync(request, cancellationToken));

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.OpenReadAsync(key, options, cancellationToken));

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.GetInfoAsync(key, cancellationToken));

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.UpdateAsync(key, update, cancellationToken));

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.DeleteAsync(key, options, cancellationToken));

    public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.CopyAsync(request, cancellationToken));

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.ListAsync(query, cancellationToken));

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => CallAsync(health, () => Inner.GetUsageAsync(cancellationToken));

    public override async Task CheckAsync(CancellationToken cancellationToken = default) => await CallAsync(health, async () =>
    {
        await Inner.CheckAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public override string ToString() => $"{Inner}";

    private static async Task<T> CallAsync<T>(ReplicaHealth health, Func<Task<T>> call)
    {
        health.ThrowIfPaused();
        try
        {
            var answer = await call().ConfigureAwait(false);
            health.RecordSuccess();
            return answer;
        }
        catch (StorageUnavailableException failure)
        {
            health.RecordFailure(failure);
            throw;
        }
    }

    private sealed class GuardedDocuments(IDocumentStore inner, ReplicaHealth health) : IDocumentStore
    {
        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => CallAsync(health, () => inner.GetAsync(name, cancellationToken));

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            CallAsync(health, () => inner.PutAsync(name, content, ifMatch, cancellationToken));

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => CallAsync(health, () => inner.DeleteAsync(name, ifMatch, cancellationToken));

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            CallAsync(health, () => inner.ListAsync(prefix, after, limit, cancellationToken));
    }
}
