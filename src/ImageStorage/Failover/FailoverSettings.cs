using ImageStorage.Mirroring;
using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Failover;

/// <summary>What the configuration of a store says about its fallbacks: the list <c>Fallbacks</c> and the section <c>Failover</c>.</summary>
internal static class FailoverSettings
{
    /// <summary>What waits on a fallback belongs to one primary; a primary that is chosen anew at each start need not be the one.</summary>
    public const string Danger = "what waits on a fallback could be brought to another provider than the one it was meant for, or be looked for on another fallback";

    /// <summary>What such a store has to do without.</summary>
    public const string Unwanted = "fallbacks";

    private const string List = "Fallbacks";
    private const string Section = "Failover";

    /// <summary>Does the configuration speak of fallbacks at all?</summary>
    public static bool AreIn(IConfiguration configuration) => SettingsReader.Has(configuration, List);

    /// <summary>Notes what is wrong.</summary>
    public static void Check(StoreRegistration registration, List<string> failures)
    {
        var configuration = registration.Configuration!;
        if (AreIn(configuration))
        {
            Fallbacks(registration, failures);
        }
        else if (SettingsReader.Has(configuration, Section))
        {
            failures.Add($"{registration.Described}: the section '{configuration.GetSection(Section).Path}' has no effect, as there are no fallbacks by configuration. Name them in a list '{List}', or remove it.");
        }

        Options(registration, failures);
    }

    /// <summary>The options.</summary>
    public static FailoverOptions Options(StoreRegistration registration, List<string> failures)
    {
        var section = registration.Configuration!.GetSection(Section);
        var options = new FailoverOptions();
        var reader = new SettingsReader(section, failures);
        reader.Time(nameof(options.Lease), value => options.Lease = value);
        reader.TimeOrNone(nameof(options.ReconcileInterval), value => options.ReconcileInterval = value);
        reader.Count(nameof(options.MaxBacklog), value => options.MaxBacklog = value);
        reader.Time(nameof(options.ClockTolerance), value => options.ClockTolerance = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
        reader.Text(nameof(options.ReplaceChain), value => options.ReplaceChain = value);
        reader.Choice<OversizedImages>(nameof(options.Oversized), value => options.Oversized = value);
        reader.End();
        failures.AddRange((new FailoverOptionsValidator().Validate(null, options).Failures ?? []).Select(failure => $"'{section.Path}': {failure}"));
        return options;
    }

    /// <summary>The sections of the fallbacks, in their order.</summary>
    public static List<IConfigurationSection> Fallbacks(StoreRegistration registration, List<string> failures)
    {
        var list = registration.Configuration!.GetSection(List);
        var names = list.GetChildren().ToList();
        if (names.Count == 0)
        {
            failures.Add(string.IsNullOrEmpty(list.Value)
                ? $"{registration.Described}: the list '{list.Path}' is empty. Name at least one of the configured providers, or remove it."
                : $"{registration.Described}: the setting '{list.Path}' is '{list.Value}'. Make it a list, such as [ \"{list.Value}\" ].");
            return [];
        }

        if (MirrorSettings.IsIn(registration.Configuration!))
        {
            failures.Add($"{registration.Described}: the settings '{list.Path}' and '{MirrorSettings.Name}' exclude each other; a store has fallbacks or a mirror. A mirror takes writes while the primary is down by itself, so it needs no fallback. Remove one of the two.");
        }

        var partners = new PartnerSettings(registration, Danger, Unwanted, failures);
        var found = new List<IConfigurationSection>();
        foreach (var name in names)
        {
            if (partners.Find(name) is not { } section)
            {
                continue;
            }

            if (found.Exists(before => before.Key == section.Key))
            {
                failures.Add($"{registration.Described}: the setting '{name.Path}' is '{name.Value}', which stands in the list '{list.Path}' before. Name each once.");
            }
            else
            {
                found.Add(section);
            }
        }

        return found;
    }
}
