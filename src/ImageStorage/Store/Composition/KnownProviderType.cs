using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>A type of provider that the configuration of a store can name.</summary>
internal abstract class KnownProviderType(string name)
{
    public string Name { get; } = name;

    /// <summary>Returns the providers that a provider of this type is made of, each with a section inside of the provider's.</summary>
    public abstract IEnumerable<ConfiguredPart> PartsOf(ConfiguredPart whole);

    /// <summary>Reports settings that are unknown or have the wrong form.</summary>
    public abstract void CheckSettings(ConfiguredPart part, List<string> failures);

    /// <summary>Reports everything that is wrong with the options.</summary>
    public abstract void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures);

    /// <summary>Creates the provider.</summary>
    public abstract IImageProvider Create(IServiceProvider services, ConfiguredPart part);
}
