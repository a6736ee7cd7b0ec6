using ImageStorage.Layers;
using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageStorage.Failover;

/// <summary>What stores of several providers have in the container, whichever way they put them together.</summary>
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

    /// <summary>The provider with the resilience layer that it was given, else with one of these options.</summary>
    public static IImageProvider Resilient(IImageProvider provider, StoreRegistration? registration, ResilienceOptions options, TimeProvider clock) =>
        provider is ResilienceProvider || registration?.Layers.Any(layer => layer.Kind == LayerKind.Resilience) == true
            ? provider
            : new ResilienceProvider(provider, options, clock);
}
