using ImageStorage.Instrumentation;
using ImageStorage.Layers;
using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Registration;

/// <summary>What has been registered for one store, and how its provider is made from it.</summary>
internal sealed class StoreRegistration(string name)
{
    public string Name { get; } = name;

    public (string Type, Func<IServiceProvider, IImageProvider> Create)? Provider { get; set; }

    public Dictionary<string, Func<IServiceProvider, IConfigurationSection, IImageProvider>> ProviderTypes { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IConfiguration? Configuration { get; set; }

    public List<Layer> Layers { get; } = [new Layer(LayerKind.Instrumentation, Instrument)];

    public string Described => Name.Length == 0 ? "The image store" : $"The image store '{Name}'";

    public IImageProvider Build(IServiceProvider services) => LayerStack.Build(services, Provider is { } provider ? provider.Create(services) : FromConfiguration(services), Layers);

    private IImageProvider FromConfiguration(IServiceProvider services)
    {
        var sections = Configuration?.GetSection("Providers").GetChildren().ToList() ?? [];
        if (sections.Count == 0)
        {
            throw new InvalidOperationException($"{Described} has no provider: call a Use… method behind AddImageStorage, such as UseFileSystem(\"data/images\"), or name one under 'Providers' in its configuration.");
        }

        var primary = Configuration!["Primary"];
        var section = primary is null && sections.Count == 1
            ? sections[0]
            : sections.FirstOrDefault(candidate => string.Equals(candidate.Key, primary, StringComparison.OrdinalIgnoreCase));
        if (section is null)
        {
            throw new InvalidOperationException($"{Described}: the setting 'Primary' is '{primary}', which is none of the configured providers: {string.Join(", ", sections.Select(candidate => candidate.Key))}.");
        }

        var type = section["Type"] ?? section.Key;
        if (!ProviderTypes.TryGetValue(type, out var create))
        {
            throw new InvalidOperationException($"{Described} is configured for the provider type '{type}', which is not known here (known: {(ProviderTypes.Count == 0 ? "none" : string.Join(", ", ProviderTypes.Keys))}). Reference the package ImageStorage.{type} and call Add{type}Provider() behind AddImageStorage.");
        }

        return create(services, section);
    }

    private static InstrumentationProvider Instrument(IServiceProvider services, IImageProvider provider) =>
        new(provider, (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger($"ImageStorage.{provider.Name}"));
}
