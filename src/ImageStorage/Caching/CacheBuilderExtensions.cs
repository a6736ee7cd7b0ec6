using ImageStorage.Layers;
using ImageStorage.Providers;
using ImageStorage.Registration;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageStorage.Caching;

/// <summary>Adds a cache to a store.</summary>
public static class CacheBuilderExtensions
{
    /// <summary>
    /// Adds a cache with the default options: up to 100 MiB of images in memory, for up to 24 hours. Registers an
    /// <see cref="IImageCache"/> as a keyed service, with the name of the store as key.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <returns>The same builder.</returns>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder) => builder.WithCache(_ => { });

    /// <summary>
    /// Adds a cache in memory and, depending on the options, on disk and in a distributed cache. Registers an
    /// <see cref="IImageCache"/> as a keyed service, with the name of the store as key.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets the options. Further calls change the same options.</param>
    /// <returns>The same builder.</returns>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, Action<CacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var part = builder.Registration;
        var isNew = !part.Features.Contains(typeof(CacheOptions));
        builder.AddFeature(CacheSettings.Feature, configure);
        if (!isNew)
        {
            return builder;
        }

        RegisterServices(builder.Services, builder.Name);
        builder.Services.AddSingleton<IHostedService>(services => new CacheWarmUp(services, builder.Name, () => services.OptionsOf<CacheOptions>(part.OptionsName)));
        part.Checks.Add((services, failures) =>
        {
            try
            {
                failures.AddRange(ServicesOf(services).Missing(services.OptionsOf<CacheOptions>(part.OptionsName)).Select(failure => StoreOptions.Located(part.Described, null, failure)));
            }
            catch (OptionsValidationException)
            {
                // The options are reported by their own check.
            }
        });
        return builder.AddLayer(new Layer(LayerKind.Caching, (services, inner) => new CachingProvider(
            inner,
            services.OptionsOf<CacheOptions>(part.OptionsName),
            services.GetService<TimeProvider>() ?? TimeProvider.System,
            ServicesOf(services))));
    }

    /// <summary>
    /// Adds a cache with the options of a configuration section, such as <c>ImageStorage:Cache</c>. An unknown or
    /// invalid setting is refused at startup, by name.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section.</param>
    /// <returns>The same builder.</returns>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        var name = builder.Registration.OptionsName;
        builder.Services.Bind<CacheOptions>(options => options == name ? configuration : null, CacheSettings.Feature.Read);
        return builder.WithCache();
    }

    /// <summary>Adds a cache if the configuration of the store has the section.</summary>
    internal static void AddConfiguredCache(this ImageStorageBuilder builder)
    {
        if (SettingsReader.Has(builder.Registration.Configuration!, CacheSettings.Feature.Section))
        {
            builder.WithCache();
        }
    }

    private static CacheServices ServicesOf(IServiceProvider services) =>
        new(services.GetService<IMemoryCache>(), services.GetService<IDistributedCache>(), services.GetService<ILoggerFactory>());

    private static void RegisterServices(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IImageCache>()
            ?? throw new InvalidOperationException("A layer of the store hides its cache."));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageCache>(name));
        }
    }
}
