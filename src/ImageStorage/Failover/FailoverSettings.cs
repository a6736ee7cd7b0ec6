using ImageStorage.Mirroring;
using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Failover;

/// <summary>What the configuration of a store says about its fallbacks: the list <c>Fallbacks</c> and the section <c>Failover</c>.</summary>
internal static class FailoverSettings
{
    /// <summary>The list that names the fallbacks.</summary>
    public const string List = "Fallbacks";

    /// <summary>What waits on a fallback belongs to one primary; a primary that is chosen anew at each start need not be the one.</summary>
    public const string Danger = "what waits on a fallback could be brought to another provider than the one it was meant for, or be looked for on another fallback";

    /// <summary>What such a store has to do without.</summary>
    public const string Unwanted = "fallbacks";

    /// <summary>The options of the whole chain.</summary>
    public static StoreFeature<FailoverOptions> Feature { get; } = new("Failover", Read, new FailoverOptionsValidator());

    /// <summary>Does the configuration speak of fallbacks at all?</summary>
    public static bool AreIn(IConfiguration configuration) => SettingsReader.Has(configuration, List);

    /// <summary>Reports what is wrong with the list and where the section has no effect; returns the fallbacks.</summary>
    public static List<ConfiguredPart> Check(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var configuration = store.Configuration!;
        if (store.Failover is null && !AreIn(configuration) && SettingsReader.Has(configuration, Feature.Section))
        {
            failures.Add($"{store.Described}: the section '{configuration.GetSection(Feature.Section).Path}' has no effect, as there are no fallbacks. Name them in a list '{List}', or remove it.");
        }

        return AreIn(configuration) ? Fallbacks(store, configured, failures) : [];
    }

    /// <summary>The fallbacks, in their order.</summary>
    public static List<ConfiguredPart> Fallbacks(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var list = store.Configuration!.GetSection(List);
        if (ConfiguredProviders.NamesIn(store, List, failures) is not { } names)
        {
            return [];
        }

        if (MirrorSettings.IsIn(store.Configuration!))
        {
            failures.Add($"{store.Described}: the settings '{list.Path}' and '{MirrorSettings.Name}' exclude each other; a store has fallbacks or a mirror. A mirror takes writes while the primary is down by itself, so it needs no fallback. Remove one of the two.");
        }

        SettledProviders.Check(store, configured, Danger, Unwanted, failures);
        var found = new List<ConfiguredPart>();
        foreach (var name in names)
        {
            if (configured.FindPartner(name, failures) is not { } part)
            {
                continue;
            }

            if (found.Contains(part))
            {
                failures.Add($"{store.Described}: the setting '{name.Path}' is '{name.Value}', which stands in the list '{list.Path}' before. Name each once.");
            }
            else
            {
                found.Add(part);
            }
        }

        return found;
    }

    private static void Read(SettingsReader reader, FailoverOptions options)
    {
        reader.Time(nameof(options.Lease), value => options.Lease = value);
        reader.TimeOrNone(nameof(options.ReconcileInterval), value => options.ReconcileInterval = value);
        reader.Count(nameof(options.MaxBacklog), value => options.MaxBacklog = value);
        reader.Time(nameof(options.ClockTolerance), value => options.ClockTolerance = value);
        reader.Bytes(nameof(options.SpoolLimit), value => options.SpoolLimit = value);
        reader.Text(nameof(options.ReplaceChain), value => options.ReplaceChain = value);
    }
}
