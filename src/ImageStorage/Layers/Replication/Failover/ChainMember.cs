using ImageStorage.Coordination;
using ImageStorage.Providers;

namespace ImageStorage.Failover;

/// <summary>
/// A provider of a chain that is used only after it was verified to belong to the chain. From then on, a call reads
/// another field.
/// </summary>
internal sealed class ChainMember(IImageProvider inner, ChainPairing pairing, int position) : DelegatingImageProvider(inner)
{
    private VerifiedDocuments? _documents;

    public override IDocumentStore Documents => _documents ??= new VerifiedDocuments(Inner.Documents, pairing, position);

    /// <summary>Gets a value that indicates whether the provider is known to belong to the chain.</summary>
    public bool IsVerified => pairing.IsVerified(position);

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.PutAsync(request, cancellationToken) : RunAsync((Inner, request), static (call, token) => call.Inner.PutAsync(call.request, token), cancellationToken);

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.OpenReadAsync(key, options, cancellationToken) : RunAsync((Inner, key, options), static (call, token) => call.Inner.OpenReadAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.GetInfoAsync(key, cancellationToken) : RunAsync((Inner, key), static (call, token) => call.Inner.GetInfoAsync(call.key, token), cancellationToken);

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.UpdateAsync(key, update, cancellationToken) : RunAsync((Inner, key, update), static (call, token) => call.Inner.UpdateAsync(call.key, call.update, token), cancellationToken);

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.DeleteAsync(key, options, cancellationToken) : RunAsync((Inner, key, options), static (call, token) => call.Inner.DeleteAsync(call.key, call.options, token), cancellationToken);

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.ListAsync(query, cancellationToken) : RunAsync((Inner, query), static (call, token) => call.Inner.ListAsync(call.query, token), cancellationToken);

    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        IsVerified ? Inner.GetUsageAsync(cancellationToken) : RunAsync(Inner, static (inner, token) => inner.GetUsageAsync(token), cancellationToken);

    public override Task CheckAsync(CancellationToken cancellationToken = default) => IsVerified ? Inner.CheckAsync(cancellationToken) : RunAsync(
        Inner,
        static async (inner, token) =>
        {
            await inner.CheckAsync(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>Returns whether the provider holds no store yet, or no store any more. Nothing is verified or written.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        await Inner.Documents.GetAsync(StoreIdentity.Name, cancellationToken).ConfigureAwait(false) is null
        && (await Inner.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1 }, cancellationToken).ConfigureAwait(false)).Items.Count == 0;

    public override string ToString() => $"{Inner}";

    private Task<T> RunAsync<TCall, T>(TCall arguments, Func<TCall, CancellationToken, Task<T>> call, CancellationToken cancellationToken) => RunAsync(pairing, position, arguments, call, cancellationToken);

    // Arguments are passed as state: a captured parameter would cost every call an allocation, also after the
    // verification.
    private static async Task<T> RunAsync<TCall, T>(ChainPairing pairing, int position, TCall arguments, Func<TCall, CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        await pairing.EnsureAsync(position, cancellationToken).ConfigureAwait(false);
        return await call(arguments, cancellationToken).ConfigureAwait(false);
    }

    private sealed class VerifiedDocuments(IDocumentStore inner, ChainPairing pairing, int position) : IDocumentStore
    {
        private bool IsVerified => pairing.IsVerified(position);

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
            IsVerified ? inner.GetAsync(name, cancellationToken) : RunAsync(pairing, position, (inner, name), static (call, token) => call.inner.GetAsync(call.name, token), cancellationToken);

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => IsVerified
            ? inner.PutAsync(name, content, ifMatch, cancellationToken)
            : RunAsync(pairing, position, (inner, name, content, ifMatch), static (call, token) => call.inner.PutAsync(call.name, call.content, call.ifMatch, token), cancellationToken);

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            IsVerified ? inner.DeleteAsync(name, ifMatch, cancellationToken) : RunAsync(pairing, position, (inner, name, ifMatch), static (call, token) => call.inner.DeleteAsync(call.name, call.ifMatch, token), cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) => IsVerified
            ? inner.ListAsync(prefix, after, limit, cancellationToken)
            : RunAsync(pairing, position, (inner, prefix, after, limit), static (call, token) => call.inner.ListAsync(call.prefix, call.after, call.limit, token), cancellationToken);
    }
}
