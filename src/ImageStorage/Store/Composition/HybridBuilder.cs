using ImageStorage.Hybrid;

namespace ImageStorage;

/// <summary>
/// Describes the two parts of a hybrid provider while services are registered. Call a <c>Use…</c> method of a provider
/// package on each part.
/// </summary>
public sealed class HybridBuilder
{
    internal HybridBuilder(ImageStorageBuilder builder)
    {
        Catalog = builder.PartOf("The catalog", HybridSettings.Catalog, ProviderRole.Catalog);
        Content = builder.PartOf("The content store", HybridSettings.Content, ProviderRole.Content);
    }

    /// <summary>
    /// Gets the builder of the catalog, which holds every record, all documents and the bytes of small images.
    /// </summary>
    public ImageStorageBuilder Catalog { get; }

    /// <summary>Gets the builder of the content, which holds the bytes of large images.</summary>
    public ImageStorageBuilder Content { get; }

    /// <summary>Sets the options: the limit between small and large images, and the removal of orphans.</summary>
    /// <param name="configure">Sets the options. Called when the store is validated.</param>
    /// <returns>This builder.</returns>
    public HybridBuilder Configure(Action<HybridStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Options += configure;
        return this;
    }

    internal Action<HybridStorageOptions> Options { get; private set; } = _ => { };
}
