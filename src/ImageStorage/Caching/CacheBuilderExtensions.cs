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

namespace ImageStorage.Caching;

/// <summary>Gives a store a cache.</summary>
public static class CacheBuilderExtensions
{
    /// <summary>Answers reads of the store from memory where it can: up to 100 MiB of images, for up to a day; with other options also from disk or a distributed cache. The container then has an <see cref="IImageCache"/>, by the store's name.</summary>
    /// <param name="builder">The store.</param>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder) => builder.WithCache(_ => { });

    /// <summary>The same, with other options than the defaults.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configure">Sets them.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, Action<CacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new CacheOptions();
        configure(options);
        CacheOptionsValidator.ThrowIfInvalid(options);
        return builder.AddCache(options);
    }

    /// <summary>The same, with the options of a section of the configuration, such as <c>ImageStorage:Cache</c>.</summary>
    /// <param name="builder">The store.</param>
    /// <param name="configuration">The section.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public static ImageStorageBuilder WithCache(this ImageStorageBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return builder.WithCache(options => configuration.Bind(options));
    }

    /// <summary>Gives the store the cache that its configuration asks for. What is wrong there is told when the application starts, with all else that is wrong.</summary>
    internal static void AddConfiguredCache(this ImageStorageBuilder builder)
    {
        var failures = new List<string>();
        if (!builder.Registration.HasConfiguredCache && CacheSettings.Read(builder.Registration.Configuration!, failures) is { } options && failures.Count == 0)
        {
            builder.Registration.HasConfiguredCache = true;
            builder.AddCache(options);
        }
    }

    private static ImageStorageBuilder AddCache(this ImageStorageBuilder builder, CacheOptions options)
    {
        RegisterServices(builder.Services, builder.Name);
        if (options.Distributed.Enabled)
        {
            builder.Services.AddSingleton<IHostedService>(services => new CacheWarmUp(services, builder.Name, services.GetService<TimeProvider>() ?? TimeProvider.System));
        }

        return builder.AddLayer(new Layer(LayerKind.Caching, (services, inner) =>
            new CachingProvider(
                inner,
                options,
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                new CacheServices(services.GetService<IMemoryCache>(), services.GetService<IDistributedCache>(), services.GetService<ILoggerFactory>()))));
    }

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
