using ImageStorage.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ImageStorage.Store.Composition;

/// <summary>
/// Validates a store completely, when the host starts or the store is first resolved: the settings of its
/// configuration, its providers and their roles, and the options of each provider, layer and feature. All failures are
/// reported together.
/// </summary>
internal sealed class StoreValidator(StoreRegistration store, IServiceProvider services) : IValidateOptions<ImageStorageOptions>
{
    public ValidateOptionsResult Validate(string? name, ImageStorageOptions options)
    {
        if (name != store.Name)
        {
            return ValidateOptionsResult.Skip;
        }

        var failures = new List<string>();
        CheckOwn(options, failures);
        CheckProviders(failures);
        foreach (var check in store.Checks)
        {
            check(services, failures);
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures.Distinct());
    }

    private void CheckOwn(ImageStorageOptions options, List<string> failures)
    {
        var section = (store.Configuration as IConfigurationSection)?.Path;
        var found = ImageStorageOptionsValidator.Failures(options).ToList();
        if (store.Configuration is { } configuration)
        {
            SettingsBinding<ImageStorageOptions>.Check(configuration, StoreSettings.ReaderFor(store.Features), found);
            if (configuration.GetSection(ConfiguredProviders.ProvidersSection) is { Value.Length: > 0 } providers)
            {
                found.Add($"the setting '{providers.Path}' is '{providers.Value}', but it is a section: give each provider a section of its own in it.");
            }
        }

        failures.AddRange(found.Select(failure => StoreOptions.Located(store.Described, section, failure)));
    }

    private void CheckProviders(List<string> failures)
    {
        var configured = new ConfiguredProviders(store, failures);
        if (store.Configuration is null)
        {
            return;
        }

        var used = UsedOf(configured, failures);
        foreach (var part in configured.All.SelectMany(part => part.WithParts().Select(inner => (Inner: inner, IsUsed: used.Contains(part)))))
        {
            // A provider that the store does not use needs no connection string in this environment, but its settings
            // must be spelled right.
            if (part.IsUsed)
            {
                part.Inner.CheckOptions(services, failures);
            }
            else
            {
                part.Inner.CheckSettings(failures);
            }
        }
    }

    private HashSet<ConfiguredPart> UsedOf(ConfiguredProviders configured, List<string> failures)
    {
        var used = configured.Candidates.ToHashSet();
        if (configured.Primary is { } primary)
        {
            used.Add(primary);
        }

        foreach (var feature in store.Features)
        {
            used.UnionWith(feature.Validate(store, configured, failures));
        }

        return used;
    }
}
