using ImageStorage.Failover;
using ImageStorage.Instrumentation;
using ImageStorage.Layers;
using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Resilience;
using ImageStorage.Selection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Registration;

/// <summary>What has been registered for one store, or for a part of one, and how its provider is made from it.</summary>
internal sealed class StoreRegistration
{
    private const string Auto = "auto";

    public StoreRegistration(string name)
    {
        Name = name;
        Described = name.Length == 0 ? "The image store" : $"The image store '{name}'";
        ProviderTypes = new(StringComparer.OrdinalIgnoreCase);
        Layers.Add(new Layer(LayerKind.Instrumentation, Instrument));
    }

    /// <summary>A part of a store. The calls of the whole are measured, not those of its parts.</summary>
    public StoreRegistration(StoreRegistration whole, string part)
    {
        Name = whole.Name;
        Described = $"{part} of {char.ToLowerInvariant(whole.Described[0])}{whole.Described[1..]}";
        ProviderTypes = whole.ProviderTypes;
    }

    public string Name { get; }

    public (string Type, Func<IServiceProvider, IImageProvider> Create)? Provider { get; set; }

    public Dictionary<string, Func<IServiceProvider, IConfigurationSection, IImageProvider>> ProviderTypes { get; }

    public IConfiguration? Configuration { get; set; }

    public List<Layer> Layers { get; } = [];

    /// <summary>The fallbacks; null for none.</summary>
    public FailoverRegistration? Failover { get; set; }

    /// <summary>The mirror; null for none.</summary>
    public MirrorRegistration? Mirror { get; set; }

    /// <summary>Has the configuration given the store a cache?</summary>
    public bool HasConfiguredCache { get; set; }

    public string Described { get; }

    public IImageProvider Build(IServiceProvider services)
    {
        if (Provider is { } provider)
        {
            return LayerStack.Build(services, provider.Create(services), Layers);
        }

        var sections = ConfiguredProviders();
        if (PrimaryOf(sections) is not { } primary)
        {
            return LayerStack.Build(services, ProviderSelection.Create(services, Name, InOrder(sections), candidate => candidate.Key, candidate => CreateConfigured(services, candidate)), Layers);
        }

        var resilience = ResilienceSettings.Read(primary);
        return LayerStack.Build(services, CreateBare(services, primary), resilience is null ? Layers : [.. Layers, ResilienceBuilderExtensions.LayerOf(resilience)]);
    }

    /// <summary>Makes sure that a part has been given a provider; answers its type.</summary>
    public string EnsureProvider() => Provider?.Type
        ?? throw new InvalidOperationException($"{Described} has no provider: call a Use… method on it, such as UseFileSystem(\"data/images\").");

    /// <summary>Makes the provider that a section of the configuration describes, with the resilience layer that it asks for.</summary>
    public IImageProvider CreateConfigured(IServiceProvider services, IConfigurationSection section)
    {
        var resilience = ResilienceSettings.Read(section);
        var provider = CreateBare(services, section);
        return resilience is null ? provider : ResilienceBuilderExtensions.LayerOf(resilience).Wrap(services, provider);
    }

    /// <summary>The sections of the configuration that describe providers.</summary>
    public List<IConfigurationSection> ConfiguredProviders() => Configuration?.GetSection("Providers").GetChildren().ToList() ?? [];

    /// <summary>The section of the provider to use; null when it is the first that is usable.</summary>
    public IConfigurationSection? PrimaryOf(List<IConfigurationSection> sections)
    {
        if (sections.Count == 0)
        {
            throw new InvalidOperationException($"{Described} has no provider: call a Use… method behind AddImageStorage, such as UseFileSystem(\"data/images\"), or name one under 'Providers' in its configuration.");
        }

        var primary = Configuration!["Primary"];
        var section = primary is null && sections.Count == 1 ? sections[0] : Find(sections, primary);
        return section is not null || string.Equals(primary, Auto, StringComparison.OrdinalIgnoreCase)
            ? section
            : throw new InvalidOperationException($"{Described}: the setting 'Primary' is '{primary}', which is none of the configured providers: {Names(sections)}. Set it to one of them, or to '{Auto}' for the first that is usable.");
    }

    /// <summary>What messages call the primary of a store whose other providers are configured.</summary>
    public string NameOfPrimary() => Provider is { } provider ? provider.Type : NameOf(PrimaryOf(ConfiguredProviders())!);

    /// <summary>What messages call a configured provider: its name, and its kind where the name does not say it.</summary>
    public static string NameOf(IConfigurationSection section) =>
        section["Type"] is { } type && !string.Equals(type, section.Key, StringComparison.OrdinalIgnoreCase) ? $"{section.Key} ({type})" : section.Key;

    public static IConfigurationSection? Find(List<IConfigurationSection> sections, string? name) =>
        sections.FirstOrDefault(candidate => string.Equals(candidate.Key, name, StringComparison.OrdinalIgnoreCase));

    public static string Names(IEnumerable<IConfigurationSection> sections) => string.Join(", ", sections.Select(section => section.Key));

    private IImageProvider CreateBare(IServiceProvider services, IConfigurationSection section)
    {
        var type = section["Type"] ?? section.Key;
        return ProviderTypes.TryGetValue(type, out var create)
            ? create(services, section)
            : throw new InvalidOperationException($"{Described} is configured for the provider type '{type}' ('{section.Path}'), which is not known here (known: {(ProviderTypes.Count == 0 ? "none" : string.Join(", ", ProviderTypes.Keys))}). Reference the package ImageStorage.{type} and call Add{type}Provider() behind AddImageStorage.");
    }

    /// <summary>The candidates in the order of the setting 'Order', else in that in which configuration gives them: by number or by name.</summary>
    private List<IConfigurationSection> InOrder(List<IConfigurationSection> sections)
    {
        var order = Configuration!.GetSection("Order").GetChildren().ToList();
        if (order.Count == 0)
        {
            return sections;
        }

        var ordered = order.ConvertAll(setting => Find(sections, setting.Value)
            ?? throw new InvalidOperationException($"{Described}: the setting '{setting.Path}' is '{setting.Value}', which is none of the configured providers: {Names(sections)}. Set it to one of them, or remove it."));
        return ordered.DistinctBy(section => section.Key).Count() == ordered.Count
            ? ordered
            : throw new InvalidOperationException($"{Described}: the setting 'Order' names a provider twice: {Names(ordered)}. Name each once.");
    }

    private static InstrumentationProvider Instrument(IServiceProvider services, IImageProvider provider) =>
        new(provider, (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger($"ImageStorage.{provider.Name}"));
}
