using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Health;

/// <summary>Registers the health report of a store.</summary>
internal sealed class HealthFeature : IStoreFeature
{
    public void AddServices(ImageStorageBuilder builder)
    {
        var (services, name) = (builder.Services, builder.Name);
        services.TryAddKeyedSingleton<IStorageHealth>(name, (provider, _) => new StorageHealth(
            provider.GetRequiredKeyedService<IImageProvider>(name),
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            () => provider.GetRequiredService<StoreLocations>().WarningsOf(name),
            provider.GetRequiredKeyedService<IActiveAlerts>(name)));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageHealth>(name));
        }
    }
}
