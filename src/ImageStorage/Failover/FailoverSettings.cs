using ImageStorage.Registration;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Failover;

/// <summary>What the configuration of a store says about its fallbacks: the list <c>Fallbacks</c> and the section <c>Failover</c>.</summary>
internal static class FailoverSettings
{
    private const string List = "Fallbacks";
    private const string Section = "Failover";

    /// <summary>Does the configuration speak of fallbacks at all?</summary>
    public static bool AreIn(IConfiguration configuration) => IsThere(configuration, List);

    /// <summary>Notes what is wrong.</summary>
    public static void Check(StoreRegistration registration, List<string> failures)
    {
        var configuration = registration.Configuration!;
        if (AreIn(configuration))
        {
            Fallbacks(registration, failures);
        }
        else if (IsThere(configuration, Section))
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

        var sections = registration.ConfiguredProviders();
        var primary = Primary(registration, sections, failures);
        var found = new List<IConfigurationSection>();
        foreach (var name in names)
        {
            var section = StoreRegistration.Find(sections, name.Value);
            if (section is null)
            {
                failures.Add($"{registration.Described}: the setting '{name.Path}' is '{name.Value}', which is none of the configured providers: {StoreRegistration.Names(sections)}. Set it to one of them, or remove it.");
            }
            else if (section.Key == primary?.Key)
            {
                failures.Add($"{registration.Described}: the setting '{name.Path}' is '{name.Value}', which is the primary itself. Name another provider, or remove it.");
            }
            else if (found.Exists(before => before.Key == section.Key))
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

    private static IConfigurationSection? Primary(StoreRegistration registration, List<IConfigurationSection> sections, List<string> failures)
    {
        if (registration.Provider is not null)
        {
            return null;
        }

        IConfigurationSection? primary = null;
        try
        {
            primary = registration.PrimaryOf(sections);
            if (primary is null)
            {
                failures.Add(Unsettled(registration.Described, "the setting 'Primary' is 'auto'", "Set 'Primary' to the provider that is to be the primary"));
            }
        }
        catch (InvalidOperationException exception)
        {
            failures.Add(exception.Message);
        }

        return primary;
    }

    /// <summary>What waits on a fallback belongs to one primary; a primary that is chosen anew at each start need not be the one.</summary>
    public static string Unsettled(string store, string what, string remedy) =>
        $"{store}: {what}, which is chosen anew at each start, so what waits on a fallback could be brought to another provider than the one it was meant for. {remedy}, or do without fallbacks.";

    private static bool IsThere(IConfiguration configuration, string key) => configuration.GetChildren().Any(child => string.Equals(child.Key, key, StringComparison.OrdinalIgnoreCase));
}
