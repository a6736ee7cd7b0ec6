using ImageStorage.Providers;

namespace ImageStorage.Mirroring;

/// <summary>One side, every call of which tells whether it answers.</summary>
internal sealed class GuardedSide(IImageProvider inner, SideHealth health) : DelegatingImageProvider(inner)
{
    private GuardedDocuments? _documents;

    public override IDocumentStore Documents => _documents ??= new GuardedDocuments(Inner.Documents, health);

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.PutAsync(request, cancellationToken));

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.OpenReadAsync(key, options, cancellationToken));

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.GetInfoAsync(key, cancellationToken));

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.UpdateAsync(key, update, cancellationToken));

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.DeleteAsync(key, options, cancellationToken));

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.ListAsync(query, cancellationToken));

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => AskAsync(health, () => Inner.GetUsageAsync(cancellationToken));

    public override async Task CheckAsync(CancellationToken cancellationToken = default) => await AskAsync(health, async () =>
    {
        await Inner.CheckAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public override string ToString() => $"{Inner}";

    private static async Task<T> AskAsync<T>(SideHealth health, Func<Task<T>> call)
    {
        health.ThrowIfResting();
        try
        {
            var answer = await call().ConfigureAwait(false);
            health.Answered();
            return answer;
        }
        catch (StorageUnavailableException failure)
        {
            health.Failed(failure);
            throw;
        }
    }

    private sealed class GuardedDocuments(IDocumentStore inner, SideHealth health) : IDocumentStore
    {
        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => AskAsync(health, () => inner.GetAsync(name, cancellationToken));

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            AskAsync(health, () => inner.PutAsync(name, content, ifMatch, cancellationToken));

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => AskAsync(health, () => inner.DeleteAsync(name, ifMatch, cancellationToken));

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            AskAsync(health, () => inner.ListAsync(prefix, after, limit, cancellationToken));
    }
}
