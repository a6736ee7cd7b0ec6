using ImageStorage.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Store.Composition;

/// <summary>Adds the events of a store.</summary>
internal sealed class EventFeature : IStoreFeature
{
    public void AddServices(ImageStorageBuilder builder)
    {
        var (services, name) = (builder.Services, builder.Name);
        services.TryAddKeyedSingleton(name, (provider, _) => new StorageEventQueue(
            () => ListenersOf(provider, name),
            HasListeners(provider, name),
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Events"),
            provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.TryAddKeyedSingleton<IStorageEvents>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        services.TryAddKeyedSingleton<IStorageEventSink>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEvents>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEventSink>(name));
        }
    }

    private static IReadOnlyList<IStorageEventListener> ListenersOf(IServiceProvider provider, string name) =>
        [.. name.Length == 0 ? provider.GetServices<IStorageEventListener>() : provider.GetKeyedServices<IStorageEventListener>(name)];

    // Asks without creating the listeners, which may depend on the store. A container that cannot tell may have some.
    private static bool HasListeners(IServiceProvider provider, string name) => name.Length == 0
        ? provider.GetService<IServiceProviderIsService>()?.IsService(typeof(IStorageEventListener)) ?? true
        : provider.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IStorageEventListener), name) ?? true;
}
