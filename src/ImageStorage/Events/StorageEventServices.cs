using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Events;

/// <summary>Registers the events of one store.</summary>
internal static class StorageEventServices
{
    public static void Register(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => new StorageEventQueue(
            [.. name.Length == 0 ? provider.GetServices<IStorageEventListener>() : provider.GetKeyedServices<IStorageEventListener>(name)],
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Events")));
        services.TryAddKeyedSingleton<IStorageEvents>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEvents>(name));
        }
    }
}
