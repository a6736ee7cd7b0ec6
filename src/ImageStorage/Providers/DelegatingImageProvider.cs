namespace ImageStorage.Providers;

/// <summary>
/// The base of every layer: forwards all members to the provider inside. A layer overrides what it changes; a test
/// checks that what it does not change is forwarded.
/// </summary>
public abstract class DelegatingImageProvider : IImageProvider
{
    /// <summary>Wraps a provider, which the layer owns from now on.</summary>
    protected DelegatingImageProvider(IImageProvider inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        Inner = inner;
    }

    /// <inheritdoc/>
    public virtual string Name => Inner.Name;

    /// <inheritdoc/>
    public virtual ProviderCapabilities Capabilities => Inner.Capabilities;

    /// <inheritdoc/>
    public virtual IDocumentStore Documents => Inner.Documents;

    /// <summary>The provider inside.</summary>
    protected IImageProvider Inner { get; }

    /// <inheritdoc/>
    public virtual Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => Inner.PutAsync(request, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => Inner.OpenReadAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => Inner.GetInfoAsync(key, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ImageInfo?> UpdateAsync(ImageKey key, ImageUpdate update, CancellationToken cancellationToken = default) => Inner.UpdateAsync(key, update, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => Inner.DeleteAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => Inner.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => Inner.GetUsageAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual Task CheckAsync(CancellationToken cancellationToken = default) => Inner.CheckAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility ?? Inner.GetAbility<TAbility>();

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Inner.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the provider inside.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }
    }

    /// <summary>The layers from the outside in, such as <c>Instrumentation(FileSystem)</c>.</summary>
    public override string ToString() => $"{GetType().Name.Replace("Provider", string.Empty, StringComparison.Ordinal)}({Inner})";
}
