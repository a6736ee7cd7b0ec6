using ImageStorage.Events;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Registration;
using ImageStorage.Resilience;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Mirroring;

/// <summary>The mirror that was registered for a store, and how it is joined with the primary.</summary>
/// <param name="whole">The store.</param>
/// <param name="byCode">The mirror and how, where code has chosen it; null where the configuration names it.</param>
internal sealed class MirrorRegistration(StoreRegistration whole, (StoreRegistration Part, MirrorOptions Options)? byCode)
{
    /// <summary>Does the configuration name it?</summary>
    public bool IsConfigured => byCode is null;

    public MirrorProvider Join(IServiceProvider services, IImageProvider primary)
    {
        IImageProvider? mirror = null;
        try
        {
            PartnerSettings.EnsureSettled(whole, MirrorSettings.Danger, MirrorSettings.Unwanted);
            if (byCode is { } chosen)
            {
                PartnerSettings.EnsureSettled(chosen.Part, MirrorSettings.Danger, MirrorSettings.Unwanted);
                mirror = chosen.Part.Build(services);
                return Join(services, primary, mirror, chosen.Part, chosen.Options, null);
            }

            var (section, options) = Read();
            mirror = whole.CreateConfigured(services, section);
            return Join(services, primary, mirror, null, options, [whole.NameOfPrimary(), StoreRegistration.NameOf(section)]);
        }
        catch
        {
            mirror?.Dispose();
            primary.Dispose();
            throw;
        }
    }

    private MirrorProvider Join(IServiceProvider services, IImageProvider primary, IImageProvider mirror, StoreRegistration? part, MirrorOptions options, IReadOnlyList<string>? names)
    {
        var clock = services.GetService<TimeProvider>() ?? TimeProvider.System;
        return new MirrorProvider(
            FailoverServices.Resilient(primary, whole, ResilienceOptions.BeforeFallback(), clock),
            FailoverServices.Resilient(mirror, part, ResilienceOptions.BeforeFallback(), clock),
            options,
            clock,
            services.GetRequiredKeyedService<StorageEventQueue>(whole.Name),
            (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Mirroring"),
            names);
    }

    private (Microsoft.Extensions.Configuration.IConfigurationSection Section, MirrorOptions Options) Read()
    {
        var failures = new List<string>();
        var section = MirrorSettings.Mirror(whole, failures);
        var options = MirrorSettings.Options(whole, failures);
        return failures.Count == 0 ? (section!, options) : throw new InvalidOperationException(string.Join(" ", failures));
    }
}
