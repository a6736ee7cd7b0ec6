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

    /// <summary>The provider of a part with the resilience layer that it was given, else with one of the options of the part.</summary>
    public static IImageProvider Resilient(IServiceProvider services, IImageProvider provider, StoreRegistration part) =>
        part.HasResilience ? provider : Resilient(services, provider, part.OptionsName);

    /// <summary>The provider with the resilience layer that it was given, else with one of the options of this name.</summary>
    public static IImageProvider Resilient(IServiceProvider services, IImageProvider provider, string optionsName) =>
        provider is ResilienceProvider ? provider : ResilienceBuilderExtensions.LayerOf(optionsName).Wrap(services, provider);
}
