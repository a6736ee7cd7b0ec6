using ImageStorage.Providers;
using ImageStorage.Registration;

namespace ImageStorage.Hybrid;

/// <summary>The hybrid provider in the configuration: its own options, and a section for each of its two parts.</summary>
internal sealed class HybridProviderType(ProviderType<HybridStorageOptions> type) : DeclaredProviderType<HybridStorageOptions>(type)
{
    public static HybridProviderType Instance { get; } = new(new ProviderType<HybridStorageOptions>(
        HybridImageProvider.ProviderName,
        HybridSettings.Read,
        (_, _) => throw new InvalidOperationException("A configured hybrid provider is created from its two parts."),
        new HybridStorageOptionsValidator()));

    public override IEnumerable<ConfiguredPart> PartsOf(ConfiguredPart whole) =>
        new[] { HybridSettings.Catalog, HybridSettings.Content }.Where(name => SettingsReader.Has(whole.Section, name)).Select(whole.Part);

    public override void CheckSettings(ConfiguredPart part, List<string> failures)
    {
        base.CheckSettings(part, failures);
        CheckParts(part, failures);
    }

    public override void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures)
    {
        base.CheckOptions(services, part, failures);
        CheckParts(part, failures);
    }

    public override IImageProvider Create(IServiceProvider services, ConfiguredPart part) => HybridBuilderExtensions.Create(
        services,
        half => StoreRegistration.CreateConfigured(services, part.Part(half)),
        HybridSettings.Catalog,
        HybridSettings.Content,
        services.OptionsOf<HybridStorageOptions>(part.OptionsName));

    private static void CheckParts(ConfiguredPart part, List<string> failures)
    {
        foreach (var name in new[] { HybridSettings.Catalog, HybridSettings.Content }.Where(name => !SettingsReader.Has(part.Section, name)))
        {
            failures.Add($"{part.Store}: the hybrid provider '{part.Section.Path}' has no section '{name}': add one with the Type and the settings of a provider.");
        }
    }
}
