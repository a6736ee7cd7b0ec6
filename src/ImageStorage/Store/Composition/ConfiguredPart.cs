using ImageStorage.Providers;
using ImageStorage.Resilience;
using ImageStorage.Settings;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Store.Composition;

/// <summary>A provider that the configuration of a store describes.</summary>
/// <param name="Registration">The store.</param>
/// <param name="Section">The section of the provider.</param>
/// <param name="OptionsName">The name of the options of the provider.</param>
/// <param name="Types">The known types.</param>
internal sealed record ConfiguredPart(StoreRegistration Registration, IConfigurationSection Section, string OptionsName, Dictionary<string, KnownProviderType> Types)
{
    public const string TypeSetting = "Type";
    public const string ResilienceSection = "Resilience";

    /// <summary>Gets the name of the store in messages.</summary>
    public string Store => Registration.Described;

    /// <summary>Gets the name in the configuration.</summary>
    public string Key => Section.Key;

    /// <summary>Gets the name in messages: the key, and the type if the key does not contain the type.</summary>
    public string Described => string.Equals(TypeName, Key, StringComparison.OrdinalIgnoreCase) ? Key : $"{Key} ({TypeName})";

    /// <summary>Gets the provider as a noun inside a sentence, with its section.</summary>
    public string DescribedInSentence => $"the provider '{Section.Path}' of {Registration.DescribedInSentence}";

    /// <summary>Gets the type; null if the type is not known.</summary>
    public KnownProviderType? Type => Types.GetValueOrDefault(TypeName);

    public bool HasResilience => SettingsReader.Has(Section, ResilienceSection);

    private string TypeName => Section[TypeSetting] ?? Key;

    /// <summary>Returns the provider and all of its parts.</summary>
    public IEnumerable<ConfiguredPart> WithParts() => (Type?.PartsOf(this) ?? []).SelectMany(part => part.WithParts()).Prepend(this);

    /// <summary>Returns a part of the provider.</summary>
    public ConfiguredPart Part(string name) => this with { Section = Section.GetSection(name), OptionsName = $"{OptionsName}:{name}" };

    /// <summary>
    /// Reports settings that are unknown or have the wrong form, also in a provider that the store does not use.
    /// </summary>
    public void CheckSettings(List<string> failures)
    {
        if (CheckType(failures))
        {
            Type!.CheckSettings(this, failures);
        }

        if (HasResilience)
        {
            var found = new List<string>();
            SettingsBinding<ResilienceOptions>.Check(Section.GetSection(ResilienceSection), ResilienceSettings.Read, found);
            failures.AddRange(found.Select(Located));
        }
    }

    /// <summary>Reports all mistakes in a provider that the store uses.</summary>
    public void CheckOptions(IServiceProvider services, List<string> failures)
    {
        if (CheckType(failures))
        {
            Type!.CheckOptions(services, this, failures);
        }

        // A fallback and a mirror have a resilience layer even without the section.
        services.CheckOptions<ResilienceOptions>(OptionsName, Store, HasResilience ? Section.GetSection(ResilienceSection).Path : Section.Path, failures);
    }

    public string Located(string failure) => StoreOptions.Located(Store, Section.Path, failure);

    private bool CheckType(List<string> failures)
    {
        var known = Types.Count == 0 ? "none" : string.Join(", ", Types.Values.Select(type => type.Name).Order(StringComparer.Ordinal));
        if (!string.IsNullOrEmpty(Section.Value))
        {
            failures.Add($"{Store}: the setting '{Section.Path}' is a value, but it is the section of a provider: give it a '{TypeSetting}' (known: {known}) and the settings of that type.");
            return false;
        }

        if (Type is not null)
        {
            return true;
        }

        var type = Section[TypeSetting];
        if (string.IsNullOrEmpty(type) && Section.GetSection(TypeSetting) is var setting && (type is not null || setting.GetChildren().Any()))
        {
            failures.Add($"{Store}: the setting '{setting.Path}' is {(type is null ? "a section or a list" : "empty")}: set it to a known type of provider ({known}).");
        }
        else if (NearestName.Of(TypeName, Types.Keys) is { } nearest)
        {
            failures.Add($"{Store}: the provider type '{TypeName}' ('{Section.Path}') is not known (known: {known}); did you mean '{nearest}'?");
        }
        else
        {
            failures.Add($"{Store}: the provider type '{TypeName}' ('{Section.Path}') is not known (known: {known}). Set '{Section.Path}:{TypeSetting}' to a known type, or reference the package ImageStorage.{TypeName} and call Add{TypeName}Provider() after AddImageStorage.");
        }

        return false;
    }
}
