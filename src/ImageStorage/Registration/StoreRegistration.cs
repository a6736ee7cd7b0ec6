using ImageStorage.Failover;
using ImageStorage.Health;
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
    public StoreRegistration(string name)
    {
        (Name, OptionsName, Whole) = (name, name, this);
        Described = name.Length == 0 ? "The image store" : $"The image store '{name}'";
        ProviderTypes = new(StringComparer.OrdinalIgnoreCase);
        Checks = [];
        Layers.Add(Instrumentation(Described, ProviderRole.Primary));
    }

    /// <summary>A part of a store, whose calls are logged by themselves.</summary>
    /// <param name="whole">The store, or the part that this one is a part of.</param>
    /// <param name="part">The part in messages, such as <c>The catalog</c>.</param>
    /// <param name="key">The part in the name of its options, such as <c>Catalog</c>.</param>
    /// <param name="role">What the part is for.</param>
    public StoreRegistration(StoreRegistration whole, string part, string key, ProviderRole role)
    {
        (Name, OptionsName, Whole) = (whole.Name, $"{whole.OptionsName}:{key}", whole.Whole);
        Described = $"{part} of {char.ToLowerInvariant(whole.Described[0])}{whole.Described[1..]}";
        ProviderTypes = whole.ProviderTypes;
        Checks = whole.Checks;
        Layers.Add(Instrumentation(Whole.Described, role));
    }

    public string Name { get; }

    /// <summary>The name of the options of this store or part.</summary>
    public string OptionsName { get; }

    /// <summary>The store that this is, or is a part of.</summary>
    public StoreRegistration Whole { get; }

    public bool IsWhole => Whole == this;

    public (string Type, Func<IServiceProvider, IImageProvider> Create)? Provider { get; set; }

    public Dictionary<string, KnownProviderType> ProviderTypes { get; }

    public IConfiguration? Configuration { get; set; }

    public List<Layer> Layers { get; } = [];

    /// <summary>The types of options that features have been given here.</summary>
    public HashSet<Type> Features { get; } = [];

    /// <summary>What is checked when the host starts, of the store and all of its parts.</summary>
    public List<Action<IServiceProvider, List<string>>> Checks { get; }

    /// <summary>The fallbacks; null for none.</summary>
    public FailoverRegistration? Failover { get; set; }

    /// <summary>The mirror; null for none.</summary>
    public MirrorRegistration? Mirror { get; set; }

    public string Described { get; }

    /// <summary>Whether code or configuration asks for a resilience layer around the provider of this store or part.</summary>
    public bool HasResilience => Has(LayerKind.Resilience) || (Provider is null && Providers().Primary is { HasResilience: true });

    public bool Has(LayerKind kind) => Layers.Exists(layer => layer.Kind == kind);

    public IImageProvider Build(IServiceProvider services)
    {
        if (Provider is { } provider)
        {
            return LayerStack.Build(services, provider.Create(services), Layers);
        }

        var configured = Providers();
        if (configured.Primary is not { } primary)
        {
            return LayerStack.Build(services, ProviderSelection.Create(services, configured.Candidates, candidate => candidate.Key, candidate => CreateConfigured(services, candidate, ProviderRole.Candidate)), Layers);
        }

        var layers = primary.HasResilience && !Has(LayerKind.Resilience) ? [.. Layers, ResilienceBuilderExtensions.LayerOf(OptionsName)] : Layers;
        return LayerStack.Build(services, CreateBare(services, primary), layers);
    }

    /// <summary>Makes sure that a part has been given a provider; answers its type.</summary>
    public string EnsureProvider() => Provider?.Type
        ?? throw new InvalidOperationException($"{Described} has no provider: call a Use… method on it, such as UseFileSystem(\"data/images\").");

    /// <summary>Makes the provider that a section of the configuration describes, with the resilience layer that it asks for, as a part of a store.</summary>
    public static IImageProvider CreateConfigured(IServiceProvider services, ConfiguredPart part, ProviderRole role)
    {
        var provider = Instrumentation(part.Store, role).Wrap(services, CreateBare(services, part));
        return part.HasResilience ? ResilienceBuilderExtensions.LayerOf(part.OptionsName).Wrap(services, provider) : provider;
    }

    /// <summary>The providers that the configuration describes. What is wrong with them is reported when the store is validated.</summary>
    public ConfiguredProviders Providers() => new(this, []);

    /// <summary>What messages call the primary of a store whose other providers are configured.</summary>
    public string NameOfPrimary() => Provider is { } provider ? provider.Type : Providers().Primary!.Described;

    // The store has been validated before anything is created, so the type is known.
    private static IImageProvider CreateBare(IServiceProvider services, ConfiguredPart part) => part.Type!.Create(services, part);

    private static Layer Instrumentation(string store, ProviderRole role) => new(LayerKind.Instrumentation, (services, provider) => new InstrumentationProvider(
        provider,
        (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger($"ImageStorage.{provider.Name}"),
        $"{char.ToLowerInvariant(store[0])}{store[1..]}",
        role.ToString()));
}
