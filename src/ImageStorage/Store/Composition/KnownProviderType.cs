using ImageStorage.Providers;

namespace ImageStorage.Store.Composition;

/// <summary>A provider type that the configuration of a store can name.</summary>
internal abstract class KnownProviderType(string name)
{
    public string Name { get; } = name;

    /// <summary>
    /// Returns the parts of a provider of this type, each with a section inside the section of the provider.
    /// </summary>
    public abstract IEnumerable<ConfiguredPart> PartsOf(ConfiguredPart provider);

    /// <summary>Reports settings that are unknown or have the wrong form.</summary>
    public abstract void CheckSettings(ConfiguredPart part, List<string> failures);

    /// <summary>Reports all mistakes in the options.</summary>
    public abstract void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures);

    /// <summary>Creates the provider.</summary>
    public abstract IImageProvider Create(IServiceProvider services, ConfiguredPart part);
}
