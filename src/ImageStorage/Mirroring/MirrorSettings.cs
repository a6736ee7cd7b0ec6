using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Mirroring;

/// <summary>The configuration of a mirror: the setting <c>Mirror</c> and the section <c>Mirroring</c>.</summary>
internal static class MirrorSettings
{
    /// <summary>The setting that names the mirror.</summary>
    public const string Name = "Mirror";

    /// <summary>
    /// The reason why a replica must not be chosen again at each start: a replica that returns has missed writes, and
    /// no document on it says so.
    /// </summary>
    public const string Danger = "a replica could return that has missed the writes made while another provider was chosen";

    /// <summary>The feature that such a store cannot have.</summary>
    public const string Unwanted = "the mirror";

    /// <summary>The options of the mirror.</summary>
    public static StoreFeature<MirrorOptions> Feature { get; } = new("Mirroring", Read, new MirrorOptionsValidator());

    /// <summary>Returns whether the configuration has a mirror setting.</summary>
    public static bool IsIn(IConfiguration configuration) => SettingsReader.Has(configuration, Name);

    /// <summary>Reports errors of the setting, and a section without effect. Returns the mirror, if any.</summary>
    public static List<ConfiguredPart> Check(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var configuration = store.Configuration!;
        if (store.Mirror is null && !IsIn(configuration) && SettingsReader.Has(configuration, Feature.Section))
        {
            failures.Add($"{store.Described}: the section '{configuration.GetSection(Feature.Section).Path}' has no effect without a mirror. Name the mirror in the setting '{Name}', or remove the section.");
        }

        return IsIn(configuration) && Mirror(store, configured, failures) is { } mirror ? [mirror] : [];
    }

    /// <summary>Returns the mirror, or reports a failure and returns <see langword="null"/>.</summary>
    public static ConfiguredPart? Mirror(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var setting = store.Configuration!.GetSection(Name);
        SettledProviders.Check(store, configured, Danger, Unwanted, failures);
        if (setting.GetChildren().Any())
        {
            failures.Add($"{store.Described}: the setting '{setting.Path}' is a section or a list. Set it to the name of one of the configured providers ({configured.Names}); options belong to the section '{Feature.Section}'.");
            return null;
        }

        if (string.IsNullOrEmpty(setting.Value))
        {
            failures.Add($"{store.Described}: the setting '{setting.Path}' is empty. Set it to the name of one of the configured providers ({configured.Names}), or remove it.");
            return null;
        }

        return configured.FindPartner(setting, failures);
    }

    private static void Read(SettingsReader reader, MirrorOptions options)
    {
        reader.Time(nameof(options.Lease), value => options.Lease = value);
        reader.TimeOrNone(nameof(options.ReconcileInterval), value => options.ReconcileInterval = value);
        reader.Time(nameof(options.RetryPause), value => options.RetryPause = value);
        reader.Time(nameof(options.CopyTimeout), value => options.CopyTimeout = value);
        reader.Switch(nameof(options.TrustSingleReplica), value => options.TrustSingleReplica = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
    }
}
