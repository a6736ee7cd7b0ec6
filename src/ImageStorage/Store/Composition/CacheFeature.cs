using ImageStorage.Caching;
using ImageStorage.Coordination;
using ImageStorage.Providers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageStorage.Store.Composition;

/// <summary>Adds the cache of a store.</summary>
internal sealed class CacheFeature : IStoreFeature
{
    public IReadOnlyList<string> Settings => [CacheSettings.Section.Name];

    public void AddConfigured(ImageStorageBuilder builder)
    {
        if (SettingsReader.Has(builder.Registration.Configuration!, CacheSettings.Section.Name))
        {
            Add(builder, null);
        }
    }

    /// <summary>Gives a store a cache. A further call only adds <paramref name="configure"/>.</summary>
    public static void Add(ImageStorageBuilder builder, Action<CacheOptions>? configure)
    {
        var part = builder.Registration;
        if (!part.IsRoot)
        {
            // Reads inside the store do not pass on GetOptions.Cache, and IImageCache controls the cache of the store.
            throw new InvalidOperationException($"{part.Described} is a part of a store, and the cache belongs to the store: call WithCache on the store.");
        }

        var isNew = !part.OptionsTypes.Contains(typeof(CacheOptions));
        builder.AddOptions(CacheSettings.Section, configure);
        if (!isNew)
        {
            return;
        }

        AddCacheService(builder.Services, builder.Name);
        builder.Services.AddSingleton<IHostedService>(services => new CacheWarmUp(services, builder.Name, () => services.OptionsOf<CacheOptions>(part.OptionsName)));
        part.Checks.Add((services, failures) => CheckServices(services, part, failures));
        builder.AddLayer(new Layer(LayerKind.Caching, (services, inner) => Create(services, inner, part)));
    }

    private static CachingProvider Create(IServiceProvider services, IImageProvider inner, StoreRegistration part)
    {
        var options = services.OptionsOf<CacheOptions>(part.OptionsName);
        return options.Disk.Path is { } folder && StoreLocation.Contains(inner, Path.GetFullPath(folder))
            ? throw new InvalidOperationException($"The folder of the disk cache of {part.DescribedInSentence} is inside the folder of the images, which a store has for itself alone. Set Cache.Disk.Path to a folder beside the folder of the images.")
            : new CachingProvider(inner, options, services.GetService<TimeProvider>() ?? TimeProvider.System, ServicesOf(services));
    }

    private static void CheckServices(IServiceProvider services, StoreRegistration part, List<string> failures)
    {
        try
        {
            failures.AddRange(ServicesOf(services).Missing(services.OptionsOf<CacheOptions>(part.OptionsName)).Select(failure => StoreOptions.Located(part.Described, null, failure)));
        }
        catch (OptionsValidationException)
        {
            // The check of the options reports their failures.
        }
    }

    private static CacheServices ServicesOf(IServiceProvider services) =>
        new(services.GetService<IMemoryCache>(), services.GetService<IDistributedCache>(), services.GetService<ILoggerFactory>());

    private static void AddCacheService(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => StoreAbility.Get<IImageCache>(provider, name, "cache"));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageCache>(name));
        }
    }
}
