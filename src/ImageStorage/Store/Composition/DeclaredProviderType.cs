using ImageStorage.Providers;
using ImageStorage.Settings;

namespace ImageStorage.Store.Composition;

/// <summary>A provider type with declared options.</summary>
/// <param name="type">The declaration.</param>
/// <param name="parts">The sections of the parts of a provider of this type; null for none.</param>
/// <param name="createFromParts">Creates a provider with parts.</param>
internal sealed class DeclaredProviderType<T>(ProviderType<T> type, IReadOnlyList<string>? parts = null, Func<IServiceProvider, ConfiguredPart, IImageProvider>? createFromParts = null)
    : KnownProviderType(type.Name)
    where T : class, new()
{
    private readonly IReadOnlyList<string> _parts = parts ?? [];

    /// <summary>Reads the section of a provider; the settings of every provider are read elsewhere.</summary>
    public void Read(SettingsReader reader, T options)
    {
        reader.Accept(ConfiguredPart.TypeSetting, ConfiguredPart.ResilienceSection);
        reader.Accept([.. _parts]);
        type.Read(reader, options);
    }

    public override IEnumerable<ConfiguredPart> PartsOf(ConfiguredPart provider) => _parts.Where(name => SettingsReader.Has(provider.Section, name)).Select(provider.Part);

    public override void CheckSettings(ConfiguredPart part, List<string> failures)
    {
        var found = new List<string>();
        SettingsBinding<T>.Check(part.Section, Read, found);
        failures.AddRange(found.Select(part.Located));
        CheckParts(part, failures);
    }

    public override void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures)
    {
        services.CheckOptions<T>(part.OptionsName, part.Store, part.Section.Path, failures);
        CheckParts(part, failures);
    }

    public override IImageProvider Create(IServiceProvider services, ConfiguredPart part) =>
        createFromParts is null ? type.Create(services, services.OptionsOf<T>(part.OptionsName)) : createFromParts(services, part);

    private void CheckParts(ConfiguredPart part, List<string> failures) =>
        failures.AddRange(_parts.Where(name => !SettingsReader.Has(part.Section, name))
            .Select(name => $"{part.Store}: the provider '{part.Section.Path}' has no section '{name}': add one with the Type and the settings of a provider."));
}
