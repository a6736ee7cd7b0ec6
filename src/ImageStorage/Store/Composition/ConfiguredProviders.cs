using ImageStorage.Providers;
using ImageStorage.Settings;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Store.Composition;

/// <summary>The providers that the configuration of a store describes, and the choice of the primary.</summary>
internal sealed class ConfiguredProviders
{
    public const string ProvidersSection = "Providers";
    public const string PrimarySetting = "Primary";
    public const string OrderList = "Order";
    private const string Auto = "auto";

    private readonly StoreRegistration _store;
    private readonly IConfiguration? _configuration;

    /// <summary>
    /// Reads the names and roles of the providers, and reports mistakes; the settings of the providers are checked
    /// elsewhere.
    /// </summary>
    public ConfiguredProviders(StoreRegistration store, List<string> failures)
    {
        (_store, _configuration) = (store, store.Configuration);
        var sections = _configuration?.GetSection(ProvidersSection).GetChildren().ToList() ?? [];
        var primary = store.Provider is null ? FindPrimary(sections, failures) : null;
        All = sections.ConvertAll(section => new ConfiguredPart(
            store,
            section,
            section == primary ? store.OptionsName : $"{store.OptionsName}:{ProvidersSection}:{section.Key}",
            store.ProviderTypes));
        Primary = All.FirstOrDefault(part => part.Section == primary);
        Candidates = IsAuto ? FindCandidates(failures) : [];
        if (_configuration is not null && !IsAuto && SettingsReader.Has(_configuration, OrderList))
        {
            failures.Add($"{store.Described}: the list '{_configuration.GetSection(OrderList).Path}' has no effect, because the setting '{PrimarySetting}' is not '{Auto}'. Set '{PrimarySetting}' to '{Auto}', or remove the list.");
        }
    }

    public IReadOnlyList<ConfiguredPart> All { get; }

    /// <summary>
    /// Gets the primary; null if code chooses the primary, if the primary is the first usable candidate, or if the
    /// configuration is wrong.
    /// </summary>
    public ConfiguredPart? Primary { get; }

    /// <summary>
    /// Gets a value indicating whether the primary is the first usable provider of <see cref="Candidates"/>.
    /// </summary>
    public bool IsAuto { get; private set; }

    public IReadOnlyList<ConfiguredPart> Candidates { get; }

    public string Names => string.Join(", ", All.Select(part => part.Key));

    /// <summary>Returns the provider or part with this name of options; null if there is no such provider.</summary>
    public ConfiguredPart? PartOf(string optionsName) => All.SelectMany(part => part.WithParts()).FirstOrDefault(part => part.OptionsName == optionsName);

    /// <summary>Returns the provider that a setting names in addition to the primary; null after a failure.</summary>
    public ConfiguredPart? FindPartner(IConfigurationSection setting, List<string> failures)
    {
        if (Find(setting, failures) is not { } part)
        {
            return null;
        }

        if (part == Primary)
        {
            failures.Add($"{_store.Described}: the setting '{setting.Path}' is '{setting.Value}', which is the primary itself. Name another provider, or remove it.");
            return null;
        }

        return part;
    }

    /// <summary>Returns the names of a list of the store; null after a failure.</summary>
    public static List<IConfigurationSection>? NamesIn(StoreRegistration store, string list, List<string> failures)
    {
        var section = store.Configuration!.GetSection(list);
        var names = section.GetChildren().ToList();
        if (names.Count > 0)
        {
            return names;
        }

        failures.Add(string.IsNullOrEmpty(section.Value)
            ? $"{store.Described}: the list '{section.Path}' is empty. Name at least one of the configured providers, or remove it."
            : $"{store.Described}: the setting '{section.Path}' is '{section.Value}'. Make it a list, such as [ \"{section.Value}\" ].");
        return null;
    }

    private ConfiguredPart? Find(IConfigurationSection setting, List<string> failures)
    {
        var part = All.FirstOrDefault(candidate => string.Equals(candidate.Key, setting.Value, StringComparison.OrdinalIgnoreCase));
        if (part is null)
        {
            failures.Add($"{_store.Described}: the setting '{setting.Path}' is '{setting.Value}', which is none of the configured providers: {Names}.{Suggestion(setting.Value, All.Select(other => other.Key))} Set it to one of them, or remove it.");
        }

        return part;
    }

    private IConfigurationSection? FindPrimary(List<IConfigurationSection> sections, List<string> failures)
    {
        if (sections.Count == 0)
        {
            failures.Add($"{_store.Described} has no provider: call a Use… method after AddImageStorage, such as UseFileSystem(\"data/images\"), or describe one in the section '{(_configuration is null ? ProvidersSection : _configuration.GetSection(ProvidersSection).Path)}' of its configuration.");
            return null;
        }

        var setting = _configuration!.GetSection(PrimarySetting);
        if (!SettingsReader.Has(_configuration, PrimarySetting) && sections.Count == 1)
        {
            return sections[0];
        }

        if (sections.Find(section => string.Equals(section.Key, setting.Value, StringComparison.OrdinalIgnoreCase)) is { } primary)
        {
            return primary;
        }

        IsAuto = string.Equals(setting.Value, Auto, StringComparison.OrdinalIgnoreCase);
        if (!IsAuto)
        {
            var names = string.Join(", ", sections.Select(section => section.Key));
            var problem = string.IsNullOrEmpty(setting.Value)
                ? $"is missing; the store has several providers: {names}."
                : $"is '{setting.Value}', which is none of the configured providers: {names}.{Suggestion(setting.Value, sections.Select(section => section.Key))}";
            failures.Add($"{_store.Described}: the setting '{setting.Path}' {problem} Set it to one of them, or to '{Auto}' for the first that is usable.");
        }

        return null;
    }

    /// <summary>
    /// Returns the candidates in the order of the list 'Order', otherwise in the order of the configuration: by number
    /// or by name.
    /// </summary>
    private IReadOnlyList<ConfiguredPart> FindCandidates(List<string> failures)
    {
        if (!SettingsReader.Has(_configuration!, OrderList))
        {
            return All;
        }

        var ordered = (NamesIn(_store, OrderList, failures) ?? []).Select(name => Find(name, failures)).OfType<ConfiguredPart>().ToList();
        if (ordered.DistinctBy(part => part.Key).Count() != ordered.Count)
        {
            failures.Add($"{_store.Described}: the list '{_configuration!.GetSection(OrderList).Path}' names a provider twice: {string.Join(", ", ordered.Select(part => part.Key))}. Name each once.");
        }

        return ordered;
    }

    private static string Suggestion(string? name, IEnumerable<string> known) => name is not null && NearestName.Of(name, known) is { } nearest ? $" Did you mean '{nearest}'?" : string.Empty;
}
