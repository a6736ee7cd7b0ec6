using ImageStorage.Events;
using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Failover;

/// <summary>The fallbacks that were registered for a store, by code or by configuration, and how they are joined with its primary.</summary>
internal sealed class FailoverRegistration(StoreRegistration whole, bool isConfigured)
{
    /// <summary>Does the configuration name them?</summary>
    public bool IsConfigured => isConfigured;

    /// <summary>By code: how.</summary>
    public FailoverOptions Options { get; } = new();

    /// <summary>By code: the fallbacks, in their order.</summary>
    public List<StoreRegistration> Parts { get; } = [];

    public FailoverProvider Join(IServiceProvider services, IImageProvider primary)
    {
        try
        {
            PartnerSettings.EnsureSettled(whole, FailoverSettings.Danger, FailoverSettings.Unwanted);
            Parts.ForEach(part => PartnerSettings.EnsureSettled(part, FailoverSettings.Danger, FailoverSettings.Unwanted));
            return isConfigured
                ? JoinConfigured(services, primary)
                : Join(services, primary, Options, null, Parts, part => Resilient(services, part.Build(services), part, new ResilienceOptions()));
        }
        catch
        {
            primary.Dispose();
            throw;
        }
    }

    private FailoverProvider JoinConfigured(IServiceProvider services, IImageProvider primary)
    {
        var failures = new List<string>();
        var sections = FailoverSettings.Fallbacks(whole, failures);
        var options = FailoverSettings.Options(whole, failures);
        if (failures.Count > 0)
        {
            throw new InvalidOperationException(string.Join(" ", failures));
        }

        return Join(services, primary, options, [whole.NameOfPrimary(), .. sections.Select(StoreRegistration.NameOf)], sections, section => Resilient(services, whole.CreateConfigured(services, section), null, new ResilienceOptions()));
    }

    private FailoverProvider Join<T>(IServiceProvider services, IImageProvider primary, FailoverOptions options, IReadOnlyList<string>? names, IEnumerable<T> parts, Func<T, IImageProvider> create)
    {
        var fallbacks = new List<IImageProvider>();
        try
        {
            foreach (var part in parts)
            {
                fallbacks.Add(create(part));
            }

            return new FailoverProvider(
                Resilient(services, primary, whole, ResilienceOptions.BeforeFallback()),
                fallbacks,
                options,
                ClockOf(services),
                services.GetRequiredKeyedService<StorageEventQueue>(whole.Name),
                (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Failover"),
                names);
        }
        catch
        {
            fallbacks.ForEach(fallback => fallback.Dispose());
            throw;
        }
    }

    private static IImageProvider Resilient(IServiceProvider services, IImageProvider provider, StoreRegistration? registration, ResilienceOptions options) =>
        FailoverServices.Resilient(provider, registration, options, ClockOf(services));

    private static TimeProvider ClockOf(IServiceProvider services) => services.GetService<TimeProvider>() ?? TimeProvider.System;
}
