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
            [.. name.Length == 0 ? provider.GetServices<IStorageEventListener>() : provider.GetKeyedServices<IStorageEventListener>(name)],
            (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Events")));
        services.TryAddKeyedSingleton<IStorageEvents>(name, (provider, _) => provider.GetRequiredKeyedService<StorageEventQueue>(name));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageEvents>(name));
        }
    }
}
