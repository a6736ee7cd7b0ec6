using ImageStorage.Hybrid;

namespace ImageStorage;

/// <summary>Configures the two parts of a hybrid store. Call a <c>Use…</c> method on each part.</summary>
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

    /// <summary>Gets the builder of the content store, which holds the bytes of large images.</summary>
    public ImageStorageBuilder Content { get; }

    /// <summary>Configures the options.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>This builder.</returns>
    public HybridBuilder Configure(Action<HybridStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Options += configure;
        return this;
    }

    internal Action<HybridStorageOptions> Options { get; private set; } = _ => { };
}
