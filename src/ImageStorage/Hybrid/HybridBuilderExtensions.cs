using ImageStorage.Health;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>Configures a hybrid store.</summary>
public static class HybridBuilderExtensions
{
    /// <summary>Stores records and small images in one provider, and the bytes of large images in another.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="catalog">Chooses the provider of the records, such as <c>catalog => catalog.UseLiteDb("data/catalog.db")</c>.</param>
    /// <param name="content">Chooses the provider of large images, such as <c>content => content.UseFileSystem("data/content")</c>.</param>
    /// <param name="inlineLimit">The maximum size, in bytes, of an image that the catalog holds. The default is 32 KiB.</param>
    /// <returns>The builder.</returns>
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

    /// <summary>Stores records and small images in one provider, and the bytes of large images in another.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Chooses both providers and configures the options.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">A part has no provider.</exception>
    public static ImageStorageBuilder UseHybrid(this ImageStorageBuilder builder, Action<HybridBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var hybrid = new HybridBuilder(builder);
        configure(hybrid);
        var (catalog, content) = (hybrid.Catalog.Registration, hybrid.Content.Registration);
        catalog.EnsureProvider();
        content.EnsureProvider();
        return builder.UseProvider(
            TypeOf((services, options) => Create(services, part => part.Build(services), catalog, content, options)),
            hybrid.Options);
    }

    /// <summary>
    /// Makes the hybrid provider available to the configuration as type <c>Hybrid</c>, with the sections <c>Catalog</c>
    /// and <c>Content</c>, each a provider with its <c>Type</c> and settings, and the settings <c>InlineLimit</c>,
    /// <c>OrphanGrace</c> and <c>SweepInterval</c>.
    /// </summary>
    public static ImageStorageBuilder AddHybridProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var type = TypeOf((_, _) => throw new InvalidOperationException("A hybrid provider is created from its two parts."));
        return builder.AddDeclaredType(new DeclaredProviderType<HybridStorageOptions>(type, [HybridSettings.Catalog, HybridSettings.Content], CreateConfigured), type.Validator);
    }

    private static ProviderType<HybridStorageOptions> TypeOf(Func<IServiceProvider, HybridStorageOptions, Providers.IImageProvider> create) =>
        new(HybridImageProvider.ProviderName, HybridSettings.Read, create, new HybridStorageOptionsValidator());

    private static HybridImageProvider CreateConfigured(IServiceProvider services, ConfiguredPart part) => Create(
        services,
        name => StoreRegistration.CreateConfigured(services, part.Part(name), name == HybridSettings.Catalog ? ProviderRole.Catalog : ProviderRole.Content),
        HybridSettings.Catalog,
        HybridSettings.Content,
        services.OptionsOf<HybridStorageOptions>(part.OptionsName));

    private static HybridImageProvider Create<TPart>(IServiceProvider services, Func<TPart, Providers.IImageProvider> create, TPart catalog, TPart content, HybridStorageOptions options)
    {
        var first = create(catalog);
        try
        {
            var second = create(content);
            try
            {
                return new HybridImageProvider(first, second, options, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
            }
            catch
            {
                second.Dispose();
                throw;
            }
        }
        catch
        {
            first.Dispose();
            throw;
        }
    }
}
