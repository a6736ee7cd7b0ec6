using ImageStorage.Providers;

namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>One part of a hybrid store, each call of which passes two moments, those of its documents included.</summary>
internal sealed class WatchedPart(IImageProvider inner, string name, Moments moments) : DelegatingImageProvider(inner), IDocumentStore
{
    public override IDocumentStore Documents => this;

    public override Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.Put", () => Inner.PutAsync(request, cancellationToken));

    public override Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.OpenRead", () => Inner.OpenReadAsync(key, options, cancellationToken));

    public override Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.GetInfo", () => Inner.GetInfoAsync(key, cancellationToken));

    public override Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.Update", () => Inner.UpdateAsync(key, update, cancellationToken));

    public override Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.Delete", () => Inner.DeleteAsync(key, options, cancellationToken));

    public override Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.List", () => Inner.ListAsync(query, cancellationToken));

    public Task<StoredDocument?> GetAsync(DocumentName name1, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.GetDocument", () => Inner.Documents.GetAsync(name1, cancellationToken));

    public Task<DocumentETag> PutAsync(DocumentName name1, ReadOnlyMemory<byte> content, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.PutDocument", () => Inner.Documents.PutAsync(name1, content, ifMatch, cancellationToken));

    public Task<bool> DeleteAsync(DocumentName name1, DocumentETag? ifMatch = null, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.DeleteDocument", () => Inner.Documents.DeleteAsync(name1, ifMatch, cancellationToken));

    public Task<IReadOnlyList<DocumentName>> ListAsync(string prefix, DocumentName? after = null, int limit = 100, CancellationToken cancellationToken = default) => moments.RunAsync($"{name}.ListDocuments", () => Inner.Documents.ListAsync(prefix, after, limit, cancellationToken));
}
