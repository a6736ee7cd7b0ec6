using ImageStorage.Providers;

namespace ImageStorage.Hybrid;

/// <summary>The provider that holds the records. Its failures are reported as failures of the hybrid store.</summary>
internal sealed class CatalogPart(IImageProvider inner) : InterceptingImageProvider(inner)
{
    /// <summary>Gets the provider, whose failures are its own.</summary>
    public IImageProvider Provider => Inner;

    // Failures of documents are those of the catalog itself: their callers know which provider they have asked.
    public override IDocumentStore Documents => Inner.Documents;

    public override string ToString() => $"{Inner}";

    protected override async Task<TResult> InterceptAsync<TState, TResult>(InterceptedCall intercepted, TState state, Func<TState, CancellationToken, Task<TResult>> proceed, CancellationToken cancellationToken)
    {
        try
        {
            return await proceed(state, cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception) when (HybridErrors.IsFromPart(exception))
        {
            // A copy and a commit concern several images, and the call for a retained version does not name its image.
            var key = intercepted.Operation is ProviderOperation.Copy or ProviderOperation.Commit or ProviderOperation.GetRetained or ProviderOperation.OpenRetained ? exception.Key ?? intercepted.Key : intercepted.Key;
            throw HybridErrors.FromCatalog(exception, key);
        }
    }
}
