namespace ImageStorage.Providers;

/// <summary>
/// The base class of a layer that treats all calls alike: every call of the provider, of its documents and of its
/// abilities goes through <see cref="InterceptAsync"/>.
/// </summary>
/// <remarks>
/// The calls of verification, sweep, retained versions, atomic commits, copies, signed addresses, storage tiers and of
/// the primary of a failover are intercepted. Abilities without such calls are passed on as
/// <see cref="DelegatingImageProvider.PassesOn"/> says.
/// </remarks>
public abstract partial class InterceptingImageProvider : DelegatingImageProvider
{
    private InterceptedDocuments? _documents;

    /// <summary>Creates a layer around a provider. The layer owns the provider.</summary>
    /// <param name="inner">The inner provider.</param>
    protected InterceptingImageProvider(IImageProvider inner)
        : base(inner)
    {
    }

    /// <summary>Called for each finding of a verification, before the caller receives the finding.</summary>
    private protected virtual void OnVerified(VerificationItem item)
    {
    }

    /// <inheritdoc/>
    public override IDocumentStore Documents => _documents ??= new InterceptedDocuments(this);

    /// <inheritdoc/>
    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return InterceptAsync(new(ProviderOperation.Put, request.Key), (Inner, request), static (call, token) => call.Inner.PutAsync(call.request, token), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) =>
        InterceptAsync(new(ProviderOperation.OpenRead, key), (Inner, key, options), static (call, token) => call.Inner.OpenReadAsync(call.key, call.options, token), cancellationToken);

    /// <inheritdoc/>
    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) =>
        InterceptAsync(new(ProviderOperation.GetInfo, key), (Inner, key), static (call, token) => call.Inner.GetInfoAsync(call.key, token), cancellationToken);

    /// <inheritdoc/>
    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) =>
        InterceptAsync(new(ProviderOperation.Update, key), (Inner, key, update), static (call, token) => call.Inner.UpdateAsync(call.key, call.update, token), cancellationToken);

    /// <inheritdoc/>
    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) =>
        InterceptAsync(new(ProviderOperation.Delete, key), (Inner, key, options), static (call, token) => call.Inner.DeleteAsync(call.key, call.options, token), cancellationToken);

    /// <inheritdoc/>
    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) =>
        InterceptAsync(new(ProviderOperation.List), (Inner, query), static (call, token) => call.Inner.ListAsync(call.query, token), cancellationToken);

    /// <inheritdoc/>
    public override Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) =>
        InterceptAsync(new(ProviderOperation.GetUsage), Inner, static (inner, token) => inner.GetUsageAsync(token), cancellationToken);

    /// <inheritdoc/>
    public override Task CheckAsync(CancellationToken cancellationToken = default) => InterceptAsync(
        new(ProviderOperation.Check),
        Inner,
        static async (inner, token) =>
        {
            await inner.CheckAsync(token).ConfigureAwait(false);
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Returns an ability of this layer, or of the inner provider with its calls intercepted; otherwise null.
    /// </summary>
    public override TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility ?? Intercepted(typeof(TAbility)) as TAbility ?? base.GetAbility<TAbility>();

    /// <summary>Called for every call. Makes the call by <paramref name="proceed"/>, once, several times, or not at all.</summary>
    /// <typeparam name="TState">The target and the arguments of the call.</typeparam>
    /// <typeparam name="TResult">The result of the call.</typeparam>
    /// <param name="intercepted">Describes the call.</param>
    /// <param name="state">The target and the arguments of the call, for <paramref name="proceed"/>.</param>
    /// <param name="proceed">
    /// Makes the call. May throw instead of returning a failed task. Before <see cref="ProviderOperation.Put"/> or
    /// <see cref="ProviderOperation.Prepare"/> is made a second time, the content of the request must be rewound
    /// (<see cref="ImageContent.RewindAsync"/>). <see cref="ProviderOperation.Verify"/> is one step of a verification: a
    /// second call after a success skips an item, and a call after a failure fails in the same way.
    /// </param>
    /// <param name="cancellationToken">Cancels the call.</param>
    protected abstract Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken);

    private sealed class InterceptedDocuments(InterceptingImageProvider layer) : IDocumentStore
    {
        private IDocumentStore Inner => layer.Inner.Documents;

        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.GetDocument, Name: name.Value), (Inner, name), static (call, token) => call.Inner.GetAsync(call.name, token), cancellationToken);

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => layer.InterceptAsync(
            new(ProviderOperation.PutDocument, Name: name.Value),
            (Inner, name, content, ifMatch),
            static (call, token) => call.Inner.PutAsync(call.name, call.content, call.ifMatch, token),
            cancellationToken);

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => layer.InterceptAsync(
            new(ProviderOperation.DeleteDocument, Name: name.Value), (Inner, name, ifMatch), static (call, token) => call.Inner.DeleteAsync(call.name, call.ifMatch, token), cancellationToken);

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) => layer.InterceptAsync(
            new(ProviderOperation.ListDocuments, Name: prefix),
            (Inner, prefix, after, limit),
            static (call, token) => call.Inner.ListAsync(call.prefix, call.after, call.limit, token),
            cancellationToken);

        public Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
            layer.InterceptAsync(new(ProviderOperation.ListCollections), Inner, static (inner, token) => inner.ListCollectionsAsync(token), cancellationToken);
    }
}
