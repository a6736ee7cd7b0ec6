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

/// <summary>Gives a store a cache.</summary>
public static class CacheBuilderExtensions
{
    /// <summary>Answers reads of the store from memory where it can: up to 100 MiB of images, for up to a day; with other options also from disk or a distributed cache. The container then has an <see cref="IImageCache"/>, by the store's name.</summary>
    /// <param name="builder">The store.</param>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder) => builder.WithCache(_ => { });

    /// <summary>The same, with other options than the defaults.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets them. A further call adds to the options.</param>
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

    /// <summary>The same, with the options of a section of the configuration, such as <c>ImageStorage:Cache</c>. A setting that is unknown or wrong is refused by name.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section.</param>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        var name = builder.Registration.OptionsName;
        builder.Services.Bind<CacheOptions>(options => options == name ? configuration : null, CacheSettings.Feature.Read);
        return builder.WithCache();
    }

    /// <summary>Gives the store the cache that its configuration asks for.</summary>
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
