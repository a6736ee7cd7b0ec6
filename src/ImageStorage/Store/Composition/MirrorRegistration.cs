using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Replication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Store.Composition;

/// <summary>The registered mirror of a store.</summary>
/// <param name="store">The store.</param>
/// <param name="byCode">The mirror by code; null if the configuration names the mirror.</param>
internal sealed class MirrorRegistration(StoreRegistration store, StoreRegistration? byCode)
{
    // A replica that is chosen again has missed the writes while another provider was chosen, and has no hints of them.
    private const string Danger = "a replica could be used that has missed the writes while another provider was chosen";
    private const string Unwanted = "the mirror";

    /// <summary>Gets a value that indicates whether the configuration names the mirror.</summary>
    public bool IsConfigured => byCode is null;

    /// <summary>Returns the mirror that the configuration names; null and a failure if the setting is wrong.</summary>
    public static ConfiguredPart? Mirror(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var setting = store.Configuration!.GetSection(MirrorSettings.Name);
        ChangingPrimary.Check(store, configured, Danger, Unwanted, failures);
        if (setting.GetChildren().Any())
        {
            failures.Add($"{store.Described}: the setting '{setting.Path}' is a section or a list. Set it to the name of one of the configured providers ({configured.Names}); options belong to the section '{MirrorSettings.Section.Name}'.");
            return null;
        }

        if (string.IsNullOrEmpty(setting.Value))
        {
            failures.Add($"{store.Described}: the setting '{setting.Path}' is empty. Set it to the name of one of the configured providers ({configured.Names}), or remove it.");
            return null;
        }

        return configured.FindPartner(setting, failures);
    }

    /// <summary>
    /// Reports providers that are chosen at each start. Those of the configuration are reported with the configuration.
    /// </summary>
    public void Check(List<string> failures)
    {
        ChangingPrimary.Check(store, byCode is null ? null : store.Providers(), Danger, Unwanted, failures);
        if (byCode is not null)
        {
            ChangingPrimary.Check(byCode, null, Danger, Unwanted, failures);
        }
    }

    /// <summary>
    /// Returns whether the options of a name are those of a replica whose resilience layer is implied: each replica
    /// takes over for the other.
    /// </summary>
    public bool IsBeforeFallback(string optionsName) =>
        optionsName == store.OptionsName ? !store.HasResilience
        : byCode is not null ? optionsName == byCode.OptionsName && !byCode.HasResilience
        : Mirror(store, store.Providers(), []) is { HasResilience: false } mirror && mirror.OptionsName == optionsName;

    /// <summary>Creates the mirror and joins it with the primary, which it owns if the call succeeds.</summary>
    public MirrorProvider Join(IServiceProvider services, IImageProvider primary)
    {
        IImageProvider? mirror = null;
        try
        {
            var configured = byCode is null ? Mirror(store, store.Providers(), [])! : null;
            mirror = configured is null ? LayerComposition.Create(services, byCode!) : LayerComposition.Create(services, configured, ProviderRole.Mirror);
            SameLocationCheck.Ensure([primary, mirror], [store.PrimaryInSentence(), configured?.DescribedInSentence ?? byCode!.DescribedInSentence]);
            return new MirrorProvider(
                primary,
                mirror,
                services.OptionsOf<MirrorOptions>(store.OptionsName),
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                services.GetRequiredKeyedService<IStorageEventSink>(store.Name),
                (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("ImageStorage.Mirroring"),
                configured is null ? null : [store.NameOfPrimary(), configured.Described]);
        }
        catch
        {
            mirror?.Dispose();
            throw;
        }
    }
}
