using ImageStorage;
using ImageStorage.Store.Composition;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses a hybrid provider, which stores records and images on two other providers.</summary>
public static class HybridBuilderExtensions
{
    /// <summary>Stores records and small images on one provider, and the payloads of large images on another one.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="catalog">Chooses the provider of the records, such as <c>catalog => catalog.UseLiteDb("data/catalog.db")</c>.</param>
    /// <param name="content">Chooses the provider of large images, such as <c>content => content.UseFileSystem("data/content")</c>.</param>
    /// <param name="inlineLimit">The maximum size of an image that the catalog stores itself, in bytes. The default is 32 KiB.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">One of the parts has no provider.</exception>
    public static ImageStorageBuilder UseHybrid(this ImageStorageBuilder builder, Action<ImageStorageBuilder> catalog, Action<ImageStorageBuilder> content, long inlineLimit = HybridStorageOptions.DefaultInlineLimit)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(content);
        return builder.UseHybrid(hybrid =>
        {
            catalog(hybrid.Catalog);
            content(hybrid.Content);
            hybrid.Configure(options => options.InlineLimit = inlineLimit);
        });
    }

    /// <summary>Stores records and small images on one provider, and the payloads of large images on another one.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Chooses both providers, and sets the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">One of the parts has no provider.</exception>
    public static ImageStorageBuilder UseHybrid(this ImageStorageBuilder builder, Action<HybridBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var hybrid = new HybridBuilder(builder);
        configure(hybrid);
        HybridComposition.Use(builder, hybrid);
        return builder;
    }

    /// <summary>
    /// Makes the hybrid provider known to the configuration, as <c>Hybrid</c>, with a section <c>Catalog</c> and a section <c>Content</c>,
    /// each a provider with its <c>Type</c> and settings, and the settings <c>InlineLimit</c>, <c>OrphanGrace</c> and <c>SweepInterval</c>.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <returns>The builder.</returns>
    public static ImageStorageBuilder AddHybridProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        HybridComposition.AddType(builder);
        return builder;
    }
}
