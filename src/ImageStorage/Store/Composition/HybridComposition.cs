using ImageStorage.Hybrid;
using ImageStorage.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Store.Composition;

/// <summary>Creates hybrid providers from their two parts.</summary>
internal static class HybridComposition
{
    /// <summary>Uses a hybrid provider whose parts code has chosen.</summary>
    public static void Use(ImageStorageBuilder builder, HybridBuilder hybrid)
    {
        var (catalog, content) = (hybrid.Catalog.Registration, hybrid.Content.Registration);
        catalog.EnsureProvider();
        content.EnsureProvider();
        builder.UseProvider(
            TypeOf((services, options) => Create(services, part => LayerComposition.Create(services, part), catalog, content, options)),
            hybrid.Options);
    }

    /// <summary>Registers the provider type for the configuration.</summary>
    public static void AddType(ImageStorageBuilder builder)
    {
        var type = TypeOf((_, _) => throw new InvalidOperationException("A hybrid provider is created from its two parts."));
        builder.AddDeclaredType(new DeclaredProviderType<HybridStorageOptions>(type, [HybridSettings.Catalog, HybridSettings.Content], CreateConfigured), type.Validator);
    }

    private static ProviderType<HybridStorageOptions> TypeOf(Func<IServiceProvider, HybridStorageOptions, IImageProvider> create) =>
        new(HybridImageProvider.ProviderName, HybridSettings.Read, create, new HybridStorageOptionsValidator());

    private static HybridImageProvider CreateConfigured(IServiceProvider services, ConfiguredPart hybrid) => Create(
        services,
        part => LayerComposition.Create(services, hybrid.Part(part), part == HybridSettings.Catalog ? ProviderRole.Catalog : ProviderRole.Content),
        HybridSettings.Catalog,
        HybridSettings.Content,
        services.OptionsOf<HybridStorageOptions>(hybrid.OptionsName));

    private static HybridImageProvider Create<TPart>(IServiceProvider services, Func<TPart, IImageProvider> create, TPart catalogPart, TPart contentPart, HybridStorageOptions options)
    {
        IImageProvider? content = null;
        var catalog = create(catalogPart);
        try
        {
            content = create(contentPart);
            return new HybridImageProvider(catalog, content, options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
        }
        catch
        {
            content?.Dispose();
            catalog.Dispose();
            throw;
        }
    }
}
