using ImageStorage.Mirroring;
using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Failover;

/// <summary>Reads the fallbacks of a store from its configuration: the list <c>Fallbacks</c> and the section <c>Failover</c>.</summary>
internal static class FailoverSettings
{
    /// <summary>The name of the list of fallbacks.</summary>
    public const string List = "Fallbacks";

    /// <summary>The reason to refuse a provider that is chosen at each start: hints belong to one primary and are stored on one fallback.</summary>
    public const string Danger = "hints could be replayed to another provider than the one that missed the writes, or be looked for on another fallback";

    /// <summary>What a store with such a provider cannot have.</summary>
    public const string Unwanted = "fallbacks";

    /// <summary>Gets the options of the chain as a feature of the store.</summary>
    public static StoreFeature<FailoverOptions> Feature { get; } = new("Failover", Read, new FailoverOptionsValidator());

    /// <summary>Returns whether the configuration names fallbacks.</summary>
    public static bool AreIn(IConfiguration configuration) => SettingsReader.Has(configuration, List);

    /// <summary>Reports mistakes in the list, and a section that has no effect. Returns the fallbacks.</summary>
    public static List<ConfiguredPart> Check(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var configuration = store.Configuration!;
        if (store.Failover is null && !AreIn(configuration) && SettingsReader.Has(configuration, Feature.Section))
        {
            failures.Add($"{store.Described}: the section '{configuration.GetSection(Feature.Section).Path}' has no effect, as there are no fallbacks. Name them in a list '{List}', or remove it.");
        }

        return AreIn(configuration) ? Fallbacks(store, configured, failures) : [];
    }

    /// <summary>Returns the fallbacks, in their order.</summary>
    public static List<ConfiguredPart> Fallbacks(StoreRegistration store, ConfiguredProviders configured, List<string> failures)
    {
        var list = store.Configuration!.GetSection(List);
        if (ConfiguredProviders.NamesIn(store, List, failures) is not { } names)
        {
            return [];
        }

        if (MirrorSettings.IsIn(store.Configuration!))
        {
            failures.Add($"{store.Described}: the settings '{list.Path}' and '{MirrorSettings.Name}' exclude each other; a store has fallbacks or a mirror. A mirror accepts writes while its primary is unavailable, so it needs no fallback. Remove one of the two.");
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
                failures.Add($"{store.Described}: the setting '{name.Path}' is '{name.Value}', which is in the list '{list.Path}' already. Name each fallback once.");
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
