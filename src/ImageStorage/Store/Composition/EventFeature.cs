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
        services.TryAddKeyedSingleton(name, (provider, _) => new EventDelivery(provider.GetRequiredKeyedService<StorageEventQueue>(name)));
        services.TryAddKeyedSingleton<IStorageEvents>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        services.TryAddKeyedSingleton<IStorageEventSink>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEvents>(name));
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEventSink>(name));
        }
    }

    private static IReadOnlyList<IStorageEventListener> ListenersOf(IServiceProvider provider, string name)
    {
        IReadOnlyList<IStorageEventListener> listeners = [.. name.Length == 0 ? provider.GetServices<IStorageEventListener>() : provider.GetKeyedServices<IStorageEventListener>(name)];
        _ = provider.GetRequiredKeyedService<EventDelivery>(name);
        return listeners;
    }

    // Asks without creating the listeners, which may depend on the store. A container that cannot tell may have some.
    private static bool HasListeners(IServiceProvider provider, string name) => name.Length == 0
        ? provider.GetService<IServiceProviderIsService>()?.IsService(typeof(IStorageEventListener)) ?? true
        : provider.GetService<IServiceProviderIsKeyedService>()?.IsKeyedService(typeof(IStorageEventListener), name) ?? true;

    /// <summary>
    /// Ends the delivery of events before the listeners are disposed. A container disposes its services in the reverse
    /// order of their creation, and creates this service after the listeners.
    /// </summary>
    private sealed class EventDelivery(StorageEventQueue queue) : IAsyncDisposable, IDisposable
    {
        public ValueTask DisposeAsync() => queue.DisposeAsync();

        public void Dispose() => queue.Dispose();
    }
}
