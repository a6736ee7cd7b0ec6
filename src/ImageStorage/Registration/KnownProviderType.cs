using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Registration;

/// <summary>A type of provider that the configuration of a store can name.</summary>
internal abstract class KnownProviderType(string name)
{
    public string Name { get; } = name;

    /// <summary>Returns the providers that a provider of this type is made of, each with a section inside of the provider's.</summary>
    public virtual IEnumerable<ConfiguredPart> PartsOf(ConfiguredPart whole) => [];

    /// <summary>Reports settings that are unknown or have the wrong form.</summary>
    public abstract void CheckSettings(ConfiguredPart part, List<string> failures);

    /// <summary>Reports everything that is wrong with the options.</summary>
    public abstract void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures);

    /// <summary>Creates the provider.</summary>
    public abstract IImageProvider Create(IServiceProvider services, ConfiguredPart part);
}

/// <summary>A type whose author reads and checks the section.</summary>
internal sealed class SelfReadingProviderType(string name, Func<IServiceProvider, IConfigurationSection, IImageProvider> create) : KnownProviderType(name)
{
    public override void CheckSettings(ConfiguredPart part, List<string> failures)
    {
    }

    public override void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures)
    {
    }

    public override IImageProvider Create(IServiceProvider services, ConfiguredPart part) => create(services, part.Section);
}

/// <summary>A type with declared options.</summary>
internal class DeclaredProviderType<T>(ProviderType<T> type) : KnownProviderType(type.Name)
    where T : class, new()
{
    /// <summary>Reads the section of a provider; the settings that every provider has are read elsewhere.</summary>
    public void Read(SettingsReader reader, T options)
    {
        reader.Accept(ConfiguredPart.TypeSetting, ConfiguredPart.ResilienceSection);
        type.Read(reader, options);
    }

    public override void CheckSettings(ConfiguredPart part, List<string> failures)
    {
        var found = new List<string>();
        SettingsBinding<T>.Check(part.Section, Read, found);
        failures.AddRange(found.Select(part.Located));
    }

    public override void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures) => services.CheckOptions<T>(part.OptionsName, part.Store, part.Section.Path, failures);

    public override IImageProvider Create(IServiceProvider services, ConfiguredPart part) => type.Create(services, services.OptionsOf<T>(part.OptionsName));
}
