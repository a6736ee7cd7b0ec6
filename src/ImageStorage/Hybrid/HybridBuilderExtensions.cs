using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Hybrid;

/// <summary>Chooses two providers as one.</summary>
public static class HybridBuilderExtensions
{
    /// <summary>Keeps records and small images in one provider, the bytes of large images in another.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="catalog">Chooses the provider of the records, such as <c>catalog => catalog.UseLiteDb("data/catalog.db")</c>.</param>
    /// <param name="content">Chooses the provider of large images, such as <c>content => content.UseFileSystem("data/content")</c>.</param>
    /// <param name="inlineLimit">The most bytes of an image that the catalog keeps.</param>
    public static ImageStorageBuilder UseHybrid(this ImageStorageBuilder builder, Action<ImageStorageBuilder> catalog, Action<ImageStorageBuilder> content, long inlineLimit = HybridStorageOptions.DefaultInlineLimit)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(content);
        return builder.UseHybrid(hybrid =>
        {
            catalog(hybrid.Catalog);
            content(hybrid.Content);
            hybrid.Options.InlineLimit = inlineLimit;
        });
    }

    /// <summary>Keeps records and small images in one provider, the bytes of large images in another.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Chooses both, and sets where they divide.</param>
    /// <exception cref="InvalidOperationException">One of the halves has no provider.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public static ImageStorageBuilder UseHybrid(this ImageStorageBuilder builder, Action<HybridBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var hybrid = new HybridBuilder(builder);
        configure(hybrid);
        HybridStorageOptionsValidator.ThrowIfInvalid(hybrid.Options);
        var (catalog, content) = (hybrid.Catalog.Registration, hybrid.Content.Registration);
        catalog.EnsureProvider();
        content.EnsureProvider();
        return builder.UseProvider(HybridImageProvider.ProviderName, services => Create(services, part => part.Build(services), catalog, content, hybrid.Options));
    }

    /// <summary>
    /// Makes the hybrid provider known to configuration, as <c>Hybrid</c>, with a section <c>Catalog</c> and a section <c>Content</c>,
    /// each a provider with its <c>Type</c> and settings, and the settings <c>InlineLimit</c>, <c>OrphanGrace</c> and <c>SweepInterval</c>.
    /// </summary>
    public static ImageStorageBuilder AddHybridProvider(this ImageStorageBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var registration = builder.Registration;
        return builder.AddProviderType(HybridImageProvider.ProviderName, (services, section) =>
        {
            var options = new HybridStorageOptions();
            options.InlineLimit = section.GetValue("InlineLimit", options.InlineLimit);
            options.OrphanGrace = section.GetValue("OrphanGrace", options.OrphanGrace);
            options.SweepInterval = section.GetValue("SweepInterval", options.SweepInterval);
            HybridStorageOptionsValidator.ThrowIfInvalid(options);
            return Create(services, half => registration.CreateConfigured(services, half), HybridSettings.HalfOf(section, HybridSettings.Catalog), HybridSettings.HalfOf(section, HybridSettings.Content), options);
        });
    }

    private static HybridImageProvider Create<THalf>(IServiceProvider services, Func<THalf, Providers.IImageProvider> create, THalf catalog, THalf content, HybridStorageOptions options)
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
