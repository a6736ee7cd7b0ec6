using ImageStorage.Providers;

namespace ImageStorage.Transactions.Tests.Running;

/// <summary>
/// Calls back before and after every call of a provider, of its documents and of its abilities. The callback may throw.
/// </summary>
internal sealed class ObservedProvider : DelegatingImageProvider, IVersionKeeper, IAtomicProvider, ICopyProvider
{
    private readonly Action<CallMoment> _observe;
    private int _moments;

    public ObservedProvider(IImageProvider inner, Action<CallMoment> observe)
        : base(inner)
    {
        _observe = observe;
        Documents = new ObservedDocuments(this, inner.Documents);
    }

    public override IDocumentStore Documents { get; }

    public override TAbility? GetAbility<TAbility>()
        where TAbility : class => Inner.GetAbility<TAbility>() is null ? null : this as TAbility ?? Inner.GetAbility<TAbility>();

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => RunAsync($"put {request.Key}", () => Inner.PutAsync(request, cancellationToken));

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => RunAsync($"read {key}", () => Inner.OpenReadAsync(key, options, cancellationToken));

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => RunAsync($"info {key}", () => Inner.GetInfoAsync(key, cancellationToken));

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) => RunAsync($"update {key}", () => Inner.UpdateAsync(key, update, cancellationToken));

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => RunAsync($"delete {key}", () => Inner.DeleteAsync(key, options, cancellationToken));

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => RunAsync("list", () => Inner.ListAsync(query, cancellationToken));

    public Task<ImageInfo> CopyAsync(CopyRequest request, CancellationToken cancellationToken = default) => RunAsync($"copy {request.Target}", () => Inner.CopyAsync(request, cancellationToken));

    public Task<bool> RetainAsync(string id, ImageKey key, ImageETag version, CancellationToken cancellationToken = default) =>
        RunAsync($"keep {key}", () => Ability<IVersionKeeper>().RetainAsync(id, key, version, cancellationToken));

    public Task<bool> RestoreAsync(string id, ImageKey key, ImageETag? replaces, CancellationToken cancellationToken = default) =>
        RunAsync($"restore {key}", () => Ability<IVersionKeeper>().RestoreAsync(id, key, replaces, cancellationToken));

    public Task<bool> DropAsync(string id, CancellationToken cancellationToken = default) => RunAsync("drop", () => Ability<IVersionKeeper>().DropAsync(id, cancellationToken));

    public Task<IReadOnlyList<string>> ListRetainedAsync(string? after = null, int limit = 1000, CancellationToken cancellationToken = default) =>
        RunAsync("list kept", () => Ability<IVersionKeeper>().ListRetainedAsync(after, limit, cancellationToken));

    public Task<IPreparedImage> PrepareAsync(PutRequest request, CancellationToken cancellationToken = default) => RunAsync($"prepare {request.Key}", () => Ability<IAtomicProvider>().PrepareAsync(request, cancellationToken));

    public Task<IReadOnlyList<ImageInfo?>> CommitAsync(IReadOnlyList<AtomicWrite> writes, CancellationToken cancellationToken = default) =>
        RunAsync("commit", () => Ability<IAtomicProvider>().CommitAsync(writes, cancellationToken));

    private T Ability<T>()
        where T : class => Inner.GetAbility<T>()!;

    private async Task<T> RunAsync<T>(string operation, Func<Task<T>> call)
    {
        _observe(new CallMoment(Interlocked.Increment(ref _moments), operation, HasTakenEffect: false));
        var result = await call();
        _observe(new CallMoment(Interlocked.Increment(ref _moments), operation, HasTakenEffect: true));
        return result;
    }

    private sealed class ObservedDocuments(ObservedProvider provider, IDocumentStore inner) : IDocumentStore
    {
        public Task<StoredDocument?> GetAsync(DocumentName name, CancellationToken cancellationToken = default) => provider.RunAsync($"get document {name.Collection}", () => inner.GetAsync(name, cancellationToken));

        public Task<DocumentETag> PutAsync(DocumentName name, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            provider.RunAsync($"put document {name.Collection}", () => inner.PutAsync(name, content, ifMatch, cancellationToken));

        public Task<bool> DeleteAsync(DocumentName name, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) =>
            provider.RunAsync($"delete document {name.Collection}", () => inner.DeleteAsync(name, ifMatch, cancellationToken));

        public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
            provider.RunAsync($"list documents {prefix}", () => inner.ListAsync(prefix, after, limit, cancellationToken));
    }
}
