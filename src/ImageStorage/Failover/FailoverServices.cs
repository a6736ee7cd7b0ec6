using ImageStorage.Events;
using ImageStorage.Layers;
using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Failover;

/// <summary>What stores of several providers have in the container, whichever way they put them together.</summary>
internal static class FailoverServices
{
    public static void Register(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => new StorageEventQueue(
            [.. name.Length == 0 ? provider.GetServices<IStorageEventListener>() : provider.GetKeyedServices<IStorageEventListener>(name)],
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Events")));
        services.TryAddKeyedSingleton<IStorageEvents>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IStorageFailover>()
            ?? throw new InvalidOperationException("A layer of the store hides its failover."));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEvents>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageFailover>(name));
        }
    }

    /// <summary>The provider with the resilience layer that it was given, else with one of the defaults.</summary>
    public static IImageProvider Resilient(StoreRegistration registration, IImageProvider provider, TimeProvider clock) =>
        registration.Layers.Any(layer => layer.Kind == LayerKind.Resilience) ? provider : new ResilienceProvider(provider, new ResilienceOptions(), clock);
}
