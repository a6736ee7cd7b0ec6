using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Store.Composition;

/// <summary>A provider type whose author reads and checks the section.</summary>
internal sealed class SelfReadingProviderType(string name, Func<IServiceProvider, IConfigurationSection, IImageProvider> create) : KnownProviderType(name)
{
    public override IEnumerable<ConfiguredPart> PartsOf(ConfiguredPart provider) => [];

    public override void CheckSettings(ConfiguredPart part, List<string> failures)
    {
    }

    public override void CheckOptions(IServiceProvider services, ConfiguredPart part, List<string> failures)
    {
    }

    public override IImageProvider Create(IServiceProvider services, ConfiguredPart part) => create(services, part.Section);
}
