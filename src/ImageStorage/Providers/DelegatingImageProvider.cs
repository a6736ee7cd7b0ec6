namespace ImageStorage.Providers;

/// <summary>
/// The base class of all layers. Forwards every member to the inner provider; a layer overrides the members that it
/// changes. A layer that takes part in writes derives from <see cref="WriteLayer"/>, a layer that treats all calls alike
/// from <see cref="InterceptingImageProvider"/>: both handle the abilities, too.
/// </summary>
public abstract class DelegatingImageProvider : IImageProvider
{
    /// <summary>Creates a layer around a provider. The layer owns the provider.</summary>
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

    /// <summary>Gets the inner provider.</summary>
    protected IImageProvider Inner { get; }

    /// <inheritdoc/>
    public virtual Task<ImageInfo> PutAsync(PutRequest request, CancellationToken cancellationToken = default) => Inner.PutAsync(request, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<StoredImage?> OpenReadAsync(ImageKey key, GetOptions? options = null, CancellationToken cancellationToken = default) => Inner.OpenReadAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ImageInfo?> GetInfoAsync(ImageKey key, CancellationToken cancellationToken = default) => Inner.GetInfoAsync(key, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ImageInfo?> UpdateAsync(ImageKey key, RecordUpdate update, CancellationToken cancellationToken = default) => Inner.UpdateAsync(key, update, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<bool> DeleteAsync(ImageKey key, DeleteOptions? options = null, CancellationToken cancellationToken = default) => Inner.DeleteAsync(key, options, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<ImagePage> ListAsync(ImageQuery query, CancellationToken cancellationToken = default) => Inner.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public virtual Task<StorageUsage> GetUsageAsync(CancellationToken cancellationToken = default) => Inner.GetUsageAsync(cancellationToken);

    /// <inheritdoc/>
    public virtual Task CheckAsync(CancellationToken cancellationToken = default) => Inner.CheckAsync(cancellationToken);

    /// <summary>
    /// Returns an ability of this layer, or an ability of the inner provider that this layer passes on
    /// (<see cref="PassesOn"/>); otherwise null.
    /// </summary>
    public virtual TAbility? GetAbility<TAbility>()
        where TAbility : class => this as TAbility ?? (PassesOn(typeof(TAbility)) ? Inner.GetAbility<TAbility>() : null);

    /// <summary>
    /// Returns the layer that hides an ability of a provider inside of it; <see langword="null"/> if no layer does.
    /// </summary>
    internal static DelegatingImageProvider? FindHiding<TAbility>(IImageProvider provider)
        where TAbility : class
    {
        for (var layer = provider as DelegatingImageProvider; layer is not null; layer = layer.Inner as DelegatingImageProvider)
        {
            if (layer.GetAbility<TAbility>() is null && layer.Inner.GetAbility<TAbility>() is not null)
            {
                return layer;
            }
        }

        return null;
    }

    /// <summary>
    /// Returns the provider inside of all layers, or the outermost layer that does not derive from this class.
    /// </summary>
    internal static IImageProvider FindInnermost(IImageProvider provider)
    {
        while (provider is DelegatingImageProvider layer)
        {
            provider = layer.Inner;
        }

        return provider;
    }

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

    /// <summary>
    /// Returns whether this layer passes an ability of the inner provider on. The default is the abilities that neither
    /// write images nor return their bytes (<see cref="TransparentAbilityAttribute"/>). Return
    /// <see langword="true"/> for a further ability, such as <see cref="IReadUrlProvider"/>, only if its calls may
    /// bypass this layer.
    /// </summary>
    /// <param name="ability">The type that a caller asks for.</param>
    protected virtual bool PassesOn(Type ability)
    {
        ArgumentNullException.ThrowIfNull(ability);
        return ability.IsDefined(typeof(TransparentAbilityAttribute), inherit: false);
    }

    /// <summary>Releases the inner provider.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            Inner.Dispose();
        }
    }

    /// <summary>
    /// Returns the layers from the outermost to the innermost, such as <c>Instrumentation(FileSystem)</c>.
    /// </summary>
    public override string ToString() => $"{GetType().Name.Replace("Provider", string.Empty, StringComparison.Ordinal)}({Inner})";
}
