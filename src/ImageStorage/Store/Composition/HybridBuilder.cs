using ImageStorage.Hybrid;

namespace ImageStorage;

/// <summary>Describes the two halves of a hybrid store while services are registered: each takes a <c>Use…</c> method of a provider package.</summary>
public sealed class HybridBuilder
{
    internal HybridBuilder(ImageStorageBuilder builder)
    {
        Catalog = builder.PartOf("The catalog", HybridSettings.Catalog, ProviderRole.Catalog);
        Content = builder.PartOf("The content store", HybridSettings.Content, ProviderRole.Content);
    }

    /// <summary>Holds every record, all documents and the bytes of small images.</summary>
    public ImageStorageBuilder Catalog { get; }

    /// <summary>Holds the bytes of large images.</summary>
    public ImageStorageBuilder Content { get; }

    /// <summary>Sets the options: where the two divide, and when left-over bytes are taken away.</summary>
    /// <param name="configure">Sets the options, when the store is validated.</param>
    /// <returns>This builder.</returns>
    public HybridBuilder Configure(Action<HybridStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Options += configure;
        return this;
    }

    internal Action<HybridStorageOptions> Options { get; private set; } = _ => { };
}
