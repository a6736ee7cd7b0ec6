using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Mirroring;

/// <summary>What the configuration of a store says about its mirror: the setting <c>Mirror</c> and the section <c>Mirroring</c>.</summary>
internal static class MirrorSettings
{
    /// <summary>The setting that names the mirror.</summary>
    public const string Name = "Mirror";

    /// <summary>A side that is put back after another has stood in its place has missed what was written meanwhile, and nothing on it says so.</summary>
    public const string Danger = "a side could come back that has missed what was written while another was chosen";

    /// <summary>What such a store has to do without.</summary>
    public const string Unwanted = "the mirror";

    private const string Section = "Mirroring";

    /// <summary>Does the configuration speak of a mirror at all?</summary>
    public static bool IsIn(IConfiguration configuration) => SettingsReader.Has(configuration, Name);

    /// <summary>Notes what is wrong.</summary>
    public static void Check(StoreRegistration registration, List<string> failures)
    {
        var configuration = registration.Configuration!;
        if (IsIn(configuration))
        {
            Mirror(registration, failures);
        }
        else if (SettingsReader.Has(configuration, Section))
        {
            failures.Add($"{registration.Described}: the section '{configuration.GetSection(Section).Path}' has no effect, as there is no mirror by configuration. Name it in the setting '{Name}', or remove the section.");
        }

        Options(registration, failures);
    }

    /// <summary>The options.</summary>
    public static MirrorOptions Options(StoreRegistration registration, List<string> failures)
    {
        var section = registration.Configuration!.GetSection(Section);
        var options = new MirrorOptions();
        var reader = new SettingsReader(section, failures);
        reader.Time(nameof(options.Lease), value => options.Lease = value);
        reader.TimeOrNone(nameof(options.ReconcileInterval), value => options.ReconcileInterval = value);
        reader.Time(nameof(options.RetryPause), value => options.RetryPause = value);
        reader.Time(nameof(options.CopyTimeout), value => options.CopyTimeout = value);
        reader.Switch(nameof(options.TrustLoneSide), value => options.TrustLoneSide = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
        reader.End();
        failures.AddRange((new MirrorOptionsValidator().Validate(null, options).Failures ?? []).Select(failure => $"'{section.Path}': {failure}"));
        return options;
    }

    /// <summary>The section of the mirror; null, with a failure more, when it cannot be one.</summary>
    public static IConfigurationSection? Mirror(StoreRegistration registration, List<string> failures)
    {
        var setting = registration.Configuration!.GetSection(Name);
        var partners = new PartnerSettings(registration, Danger, Unwanted, failures);
        if (setting.GetChildren().Any())
        {
            failures.Add($"{registration.Described}: the setting '{setting.Path}' is a section or a list. Set it to the name of one of the configured providers ({partners.Known}); options belong to the section '{Section}'.");
            return null;
        }

        if (string.IsNullOrEmpty(setting.Value))
        {
            failures.Add($"{registration.Described}: the setting '{setting.Path}' is empty. Set it to the name of one of the configured providers ({partners.Known}), or remove it.");
            return null;
        }

        return partners.Find(setting);
    }
}
