using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Failover;

/// <summary>Registers the services of stores with several providers.</summary>
internal static class FailoverServices
{
    public static void Register(IServiceCollection services, string name)
    {
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IStorageFailover>()
            ?? throw new InvalidOperationException("A layer of the store hides its failover."));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageFailover>(name));
        }
    }

    /// <summary>Returns the provider of a part with its resilience layer, or with a layer with the part's options.</summary>
    public static IImageProvider Resilient(IServiceProvider services, IImageProvider provider, StoreRegistration part) =>
        part.HasResilience ? provider : Resilient(services, provider, part.OptionsName);

    /// <summary>Returns the provider with its resilience layer, or with a layer with the options of this name.</summary>
    public static IImageProvider Resilient(IServiceProvider services, IImageProvider provider, string optionsName) =>
        provider is ResilienceProvider ? provider : ResilienceBuilderExtensions.LayerOf(optionsName).Wrap(services, provider);
}
