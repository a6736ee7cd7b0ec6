using ImageStorage.Events;
using ImageStorage.Failover;
using ImageStorage.Health;
using ImageStorage.Providers;
using ImageStorage.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Mirroring;

/// <summary>The mirror registered for a store, and how it is combined with the primary.</summary>
/// <param name="whole">The store.</param>
/// <param name="byCode">The mirror if code has chosen it; <see langword="null"/> if the configuration names it.</param>
internal sealed class MirrorRegistration(StoreRegistration whole, StoreRegistration? byCode)
{
    /// <summary>Gets a value that indicates whether the configuration names the mirror.</summary>
    public bool IsConfigured => byCode is null;

    /// <summary>
    /// Reports providers that are chosen again at each start. Those of the configuration are reported with the
    /// configuration.
    /// </summary>
    public void Check(List<string> failures)
    {
        SettledProviders.Check(whole, byCode is null ? null : whole.Providers(), MirrorSettings.Danger, MirrorSettings.Unwanted, failures);
        if (byCode is not null)
        {
            SettledProviders.Check(byCode, null, MirrorSettings.Danger, MirrorSettings.Unwanted, failures);
        }
    }

    /// <summary>
    /// Returns whether options belong to a replica without a configured resilience layer. Each replica is a fallback
    /// for the other, so its defaults apply.
    /// </summary>
    public bool IsBeforeFallback(string optionsName) =>
        optionsName == whole.OptionsName ? !whole.HasResilience
        : byCode is not null ? optionsName == byCode.OptionsName && !byCode.HasResilience
        : MirrorSettings.Mirror(whole, whole.Providers(), []) is { HasResilience: false } mirror && mirror.OptionsName == optionsName;

    public MirrorProvider Join(IServiceProvider services, IImageProvider primary)
    {
        IImageProvider? mirror = null;
        try
        {
            if (byCode is not null)
            {
                mirror = byCode.Build(services);
                return Join(services, primary, FailoverServices.Resilient(services, mirror, byCode), null);
            }

            var part = MirrorSettings.Mirror(whole, whole.Providers(), [])!;
            mirror = StoreRegistration.CreateConfigured(services, part, ProviderRole.Mirror);
            return Join(services, primary, FailoverServices.Resilient(services, mirror, part.OptionsName), [whole.NameOfPrimary(), part.Described]);
        }
        catch
        {
            mirror?.Dispose();
            primary.Dispose();
            throw;
        }
    }

    private MirrorProvider Join(IServiceProvider services, IImageProvider primary, IImageProvider mirror, IReadOnlyList<string>? names) => new(
        FailoverServices.Resilient(services, primary, whole),
        mirror,
        services.OptionsOf<MirrorOptions>(whole.OptionsName),
        services.GetService<TimeProvider>() ?? TimeProvider.System,
        services.GetRequiredKeyedService<StorageEventQueue>(whole.Name),
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Mirroring"),
        names);
}
