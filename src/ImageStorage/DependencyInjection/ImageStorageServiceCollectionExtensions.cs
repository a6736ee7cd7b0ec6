using System.Diagnostics.Metrics;
using ImageStorage;
using ImageStorage.Analytics;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Health;
using ImageStorage.History;
using ImageStorage.Jobs;
using ImageStorage.Providers;
using ImageStorage.Settings;
using ImageStorage.Store;
using ImageStorage.Store.Composition;
using ImageStorage.Transactions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

// The namespace in which users look for Add… methods.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Extensions that register image stores.</summary>
public static class ImageStorageServiceCollectionExtensions
{
    // The one list of features. What a feature consists of is known to the feature alone.
    private static readonly IStoreFeature[] Features =
    [
        new EventFeature(),
        new ResilienceFeature(),
        new FailoverFeature(),
        new MirrorFeature(),
        new CacheFeature(),
        new HistoryFeature(),
        new TransactionFeature(),
        new JobFeature(),
        new AnalyticsFeature(),
        new HealthFeature(),
    ];

    /// <summary>
    /// Registers the default store, resolved as <see cref="IImageStorage"/>. Call a <c>Use…</c> method of a provider on
    /// the result.
    /// </summary>
    public static ImageStorageBuilder AddImageStorage(this IServiceCollection services) => services.AddImageStorage(Options.Options.DefaultName);

    /// <summary>
    /// Registers a named store, resolved as <see cref="IImageStorage"/> with the name as key. A second call continues
    /// with the same store.
    /// </summary>
    public static ImageStorageBuilder AddImageStorage(this IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(name);
        var known = services.FirstOrDefault(service => service.IsKeyedService && service.ServiceType == typeof(StoreRegistration) && Equals(service.ServiceKey, name));
        if (known is not null)
        {
            return new ImageStorageBuilder(services, (StoreRegistration)known.KeyedImplementationInstance!);
        }

        if (name.Contains(':', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{name}' cannot be the name of an image store, because ':' separates the parts of a store in the names of their options: use another character.", nameof(name));
        }

        var registration = new StoreRegistration(name, Features);
        var builder = new ImageStorageBuilder(services, registration);
        services.AddKeyedSingleton(name, registration);
        services.AddSingleton(registration);
        services.TryAddSingleton<IImageStores, ImageStores>();
        AddOptions(services, registration);
        AddServices(services, registration);
        foreach (var feature in Features)
        {
            feature.AddServices(builder);
        }

        return builder;
    }

    /// <summary>
    /// Registers the default store with options and providers of the configuration. Register the provider types on the
    /// result, such as <c>AddFileSystemProvider()</c>.
    /// </summary>
    public static ImageStorageBuilder AddImageStorage(this IServiceCollection services, IConfiguration configuration) => services.AddImageStorage(Options.Options.DefaultName, configuration);

    /// <summary>
    /// Registers a named store with options and providers of the configuration. The configuration is read once.
    /// </summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item><c>Identity</c> and <c>Validation</c> are the options of the store.</item>
    /// <item>Each section under <c>Providers</c> is a provider. <c>Type</c> is its type, otherwise the name of the
    /// section is the type. A section <c>Resilience</c> of a provider has its timeouts, retries and circuit
    /// breaker.</item>
    /// <item><c>Primary</c> names the provider to use, or is <c>auto</c> for the first usable provider, in the order of
    /// the list <c>Order</c>. Without the list, the order is that of the configuration: by number or by name.</item>
    /// <item>The list <c>Fallbacks</c> names the fallbacks in their order; <c>Failover</c> has their options. Instead
    /// of fallbacks, <c>Mirror</c> names the second replica of a mirror; <c>Mirroring</c> has its options.</item>
    /// <item>With a section <c>Cache</c> the store has a cache, with a section <c>Transactions</c> transactions. The section
    /// <c>Alerts</c> has the limits of the alerts.</item>
    /// </list>
    /// An unknown, empty or wrong setting ends the start of the host, or without a host the first use of the store,
    /// with an <see cref="OptionsValidationException"/> that names all failures.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="name">The name of the store, without ':'.</param>
    /// <param name="configuration">The section of the store.</param>
    /// <exception cref="InvalidOperationException">There are fallbacks or a mirror by code and by configuration, or the
    /// store has another configuration already.</exception>
    public static ImageStorageBuilder AddImageStorage(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var builder = services.AddImageStorage(name);
        if (builder.Registration.Configuration is { } other && other != configuration && PathOf(other) != PathOf(configuration))
        {
            throw new InvalidOperationException($"{builder.Registration.Described} has a configuration already, of the section '{PathOf(other)}', which the section '{PathOf(configuration)}' would replace. Pass one of the two sections, or give the second store another name.");
        }

        builder.Registration.Configuration = configuration;
        foreach (var feature in builder.Registration.Features)
        {
            feature.AddConfigured(builder);
        }

        return builder;
    }

    private static string? PathOf(IConfiguration configuration) => (configuration as IConfigurationSection)?.Path;

    private static void AddServices(IServiceCollection services, StoreRegistration registration)
    {
        var name = registration.Name;
        services.TryAddSingleton<StoreLocations>();
        services.TryAddKeyedSingleton(name, (provider, _) =>
        {
            // The options come before the provider, so that a store with invalid options is never created in part.
            provider.OptionsOf<ImageStorageOptions>(name);
            var created = LayerComposition.Create(provider, registration);
            try
            {
                provider.GetRequiredService<StoreLocations>().Add(registration, created);
                return created;
            }
            catch
            {
                created.Dispose();
                throw;
            }
        });
        services.TryAddKeyedSingleton<StoreRoute>(name);
        services.TryAddSingleton(provider => new StorageInstruments(provider.GetService<IMeterFactory>()));
        services.TryAddKeyedSingleton(name, (provider, _) => new OperationRecorder(name, provider.GetRequiredService<StorageInstruments>(), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddKeyedSingleton<IStoreRoute>(name, (provider, _) => RouteOf(provider, name));
        services.TryAddKeyedSingleton<IStoreParts>(name, (provider, _) => RouteOf(provider, name));
        services.TryAddKeyedSingleton<IImageWalk>(name, (provider, _) => RouteOf(provider, name));
        services.AddSingleton<IHostedService>(provider => new StoreStart(name, provider));
        services.TryAddKeyedSingleton<IImageStorage>(name, (provider, _) => new ImageStorageManager(
            provider.GetRequiredKeyedService<IImageProvider>(name),
            provider.OptionsOf<ImageStorageOptions>(name),
            provider.GetService<TimeProvider>(),
            () => provider.GetRequiredKeyedService<IImageMover>(name),
            provider.GetRequiredKeyedService<OperationRecorder>(name)));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageProvider>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageStorage>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStoreRoute>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStoreParts>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageWalk>(name));
        }
    }

    private static StoreRoute RouteOf(IServiceProvider provider, string name)
    {
        // The composition of the store sets the routes.
        _ = provider.GetRequiredKeyedService<IImageProvider>(name);
        return provider.GetRequiredKeyedService<StoreRoute>(name);
    }

    private static void AddOptions(IServiceCollection services, StoreRegistration registration)
    {
        var name = registration.Name;
        services.AddOptions<ImageStorageOptions>(name).ValidateOnStart();

        // The validator of the store reports the settings as well, with the name of the store.
        services.AddSingleton<IConfigureOptions<ImageStorageOptions>>(new SettingsBinding<ImageStorageOptions>(options => options == name ? registration.Configuration : null, StoreSettings.ReaderFor(registration.Features)));
        services.AddSingleton<IValidateOptions<ImageStorageOptions>>(provider => new StoreValidator(registration, provider));
    }
}
