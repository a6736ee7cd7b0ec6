using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.History;

/// <summary>Registers the history of a store.</summary>
internal sealed class HistoryFeature : IStoreFeature
{
    public void AddServices(ImageStorageBuilder builder)
    {
        var (services, name) = (builder.Services, builder.Name);
        services.TryAddKeyedSingleton<IImageHistory>(name, (provider, _) => new ImageHistory(
            provider.GetRequiredKeyedService<IImageProvider>(name), provider.GetService<TimeProvider>() ?? TimeProvider.System));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IImageHistory>(name));
        }
    }
}
