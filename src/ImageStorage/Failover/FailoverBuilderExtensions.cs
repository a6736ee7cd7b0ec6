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

/// <summary>Gives a store a fallback.</summary>
public static class FailoverBuilderExtensions
{
    /// <summary>
    /// Goes on with another provider while the store's own is down, and brings what was written meanwhile to it afterwards. Each of the two gets a
    /// resilience layer, with the defaults unless <c>WithResilience</c> was called on it. The fallback belongs to the failover: keep nothing else there,
    /// and let all processes that share the primary share it.
    /// </summary>
    /// <param name="builder">The store.</param>
    /// <param name="fallback">Chooses the fallback, such as <c>fallback => fallback.UseLiteDb("data/fallback.db")</c>.</param>
    /// <param name="configure">Sets how; null for the defaults.</param>
    /// <exception cref="InvalidOperationException">No fallback is chosen, or there is one already.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not acceptable.</exception>
    public static ImageStorageBuilder WithFallback(this ImageStorageBuilder builder, Action<ImageStorageBuilder> fallback, Action<FailoverOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(fallback);
        var options = new FailoverOptions();
        configure?.Invoke(options);
        FailoverOptionsValidator.ThrowIfInvalid(options);
        var part = builder.PartOf("The fallback");
        fallback(part);
        part.Registration.EnsureProvider();
        var whole = builder.Registration;
        if (whole.Layers.Any(layer => layer.Kind == LayerKind.Failover))
        {
            throw new InvalidOperationException($"{whole.Described} has a fallback already; a store has one.");
        }

        RegisterServices(builder.Services, builder.Name);
        return builder.AddLayer(new Layer(LayerKind.Failover, (services, primary) => Join(services, whole, primary, part.Registration, options)));
    }

    private static void RegisterServices(IServiceCollection services, string name)
    {
        StorageEventRegistration.Add(services, name);
        services.TryAddKeyedSingleton(name, (provider, _) => provider.GetRequiredKeyedService<IImageProvider>(name).GetAbility<IStorageFailover>()
            ?? throw new InvalidOperationException("A layer of the store hides its failover."));
        if (name.Length == 0)
        {
            services.TryAddSingleton(provider => provider.GetRequiredKeyedService<IStorageFailover>(name));
        }
    }

    private static FailoverProvider Join(IServiceProvider services, StoreRegistration whole, IImageProvider primary, StoreRegistration part, FailoverOptions options)
    {
        var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        var other = part.Build(services);
        try
        {
            return new FailoverProvider(
                Resilient(whole, primary, clock),
                Resilient(part, other, clock),
                options,
                clock,
                services.GetRequiredKeyedService<StorageEventQueue>(whole.Name),
                (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Failover"));
        }
        catch
        {
            other.Dispose();
            throw;
        }
    }

    private static IImageProvider Resilient(StoreRegistration registration, IImageProvider provider, TimeProvider clock) =>
        registration.Layers.Any(layer => layer.Kind == LayerKind.Resilience) ? provider : new ResilienceProvider(provider, new ResilienceOptions(), clock);
}
