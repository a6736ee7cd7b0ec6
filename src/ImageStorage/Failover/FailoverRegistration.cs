using ImageStorage.Events;
using ImageStorage.Health;
using ImageStorage.Providers;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Failover;

/// <summary>The fallbacks that were registered for a store, by code or by configuration. Joins them with the primary.</summary>
internal sealed class FailoverRegistration(StoreRegistration store, bool isConfigured)
{
    /// <summary>Gets a value that indicates whether the configuration names the fallbacks.</summary>
    public bool IsConfigured => isConfigured;

    /// <summary>Gets the fallbacks that were registered by code, in their order.</summary>
    public List<StoreRegistration> Parts { get; } = [];

    /// <summary>Reports providers that are chosen at each start. Those of the configuration are reported with the configuration.</summary>
    public void Check(List<string> failures)
    {
        SettledProviders.Check(store, isConfigured ? null : store.Providers(), FailoverSettings.Danger, FailoverSettings.Unwanted, failures);
        Parts.ForEach(part => SettledProviders.Check(part, null, FailoverSettings.Danger, FailoverSettings.Unwanted, failures));
    }

    public FailoverProvider Join(IServiceProvider services, IImageProvider primary)
    {
        try
        {
            if (!isConfigured)
            {
                return Join(services, primary, null, Parts, part => FailoverServices.Resilient(services, part.Build(services), part));
            }

            var sections = FailoverSettings.Fallbacks(store, store.Providers(), []);
            return Join(
                services,
                primary,
                [store.NameOfPrimary(), .. sections.Select(part => part.Described)],
                sections,
                part => FailoverServices.Resilient(services, StoreRegistration.CreateConfigured(services, part, ProviderRole.Fallback), part.OptionsName));
        }
        catch
        {
            primary.Dispose();
            throw;
        }
    }

    private FailoverProvider Join<T>(IServiceProvider services, IImageProvider primary, IReadOnlyList<string>? names, IEnumerable<T> parts, Func<T, IImageProvider> create)
    {
        var fallbacks = new List<IImageProvider>();
        try
        {
            foreach (var part in parts)
            {
                fallbacks.Add(create(part));
            }

            return new FailoverProvider(
                FailoverServices.Resilient(services, primary, store),
                fallbacks,
                services.OptionsOf<FailoverOptions>(store.OptionsName),
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                services.GetRequiredKeyedService<StorageEventQueue>(store.Name),
                (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Failover"),
                names);
        }
        catch
        {
            fallbacks.ForEach(fallback => fallback.Dispose());
            throw;
        }
    }
}
