using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Store.Composition;

/// <summary>What has been registered for one store, or for a part of one, and how its provider is made from it.</summary>
internal sealed class StoreRegistration
{
    public StoreRegistration(string name, IReadOnlyList<IStoreFeature> features)
    {
        (Name, OptionsName, Whole, Features) = (name, name, this, features);
        Described = name.Length == 0 ? "The image store" : $"The image store '{name}'";
        ProviderTypes = new(StringComparer.OrdinalIgnoreCase);
        Checks = [];
        Role = ProviderRole.Primary;
    }

    /// <summary>A part of a store, whose calls are logged by themselves.</summary>
    /// <param name="whole">The store, or the part that this one is a part of.</param>
    /// <param name="part">The part in messages, such as <c>The catalog</c>.</param>
    /// <param name="key">The part in the name of its options, such as <c>Catalog</c>.</param>
    /// <param name="role">What the part is for.</param>
    public StoreRegistration(StoreRegistration whole, string part, string key, ProviderRole role)
    {
        (Name, OptionsName, Whole, Features) = (whole.Name, $"{whole.OptionsName}:{key}", whole.Whole, whole.Features);
        Described = $"{part} of {char.ToLowerInvariant(whole.Described[0])}{whole.Described[1..]}";
        ProviderTypes = whole.ProviderTypes;
        Checks = whole.Checks;
        Role = role;
    }

    public string Name { get; }

    /// <summary>The name of the options of this store or part.</summary>
    public string OptionsName { get; }

    /// <summary>The store that this is, or is a part of.</summary>
    public StoreRegistration Whole { get; }

    public bool IsWhole => Whole == this;

    /// <summary>Gets the features that the store may have.</summary>
    public IReadOnlyList<IStoreFeature> Features { get; }

    /// <summary>Gets the role of the provider in the store.</summary>
    public ProviderRole Role { get; }

    public (string Type, Func<IServiceProvider, IImageProvider> Create)? Provider { get; set; }

    public Dictionary<string, KnownProviderType> ProviderTypes { get; }

    public IConfiguration? Configuration { get; set; }

    public List<Layer> Layers { get; } = [];

    /// <summary>Gets or sets a value that indicates whether code asks for a resilience layer.</summary>
    public bool WantsResilience { get; set; }

    /// <summary>Gets the types of options that have been added to this store or part.</summary>
    public HashSet<Type> OptionsTypes { get; } = [];

    /// <summary>What is checked when the host starts, of the store and all of its parts.</summary>
    public List<Action<IServiceProvider, List<string>>> Checks { get; }

    /// <summary>The fallbacks; null for none.</summary>
    public FailoverRegistration? Failover { get; set; }

    /// <summary>The mirror; null for none.</summary>
    public MirrorRegistration? Mirror { get; set; }

    public string Described { get; }

    /// <summary>Whether code or configuration asks for a resilience layer around the provider of this store or part.</summary>
    public bool HasResilience => WantsResilience || Has(LayerKind.Resilience) || (Provider is null && Providers().Primary is { HasResilience: true });

    public bool Has(LayerKind kind) => Layers.Exists(layer => layer.Kind == kind && layer.Position == LayerPosition.OfKind);

    /// <summary>Makes sure that a part has been given a provider; answers its type.</summary>
    public string EnsureProvider() => Provider?.Type
        ?? throw new InvalidOperationException($"{Described} has no provider: call a Use… method on it, such as UseFileSystem(\"data/images\").");

    /// <summary>The providers that the configuration describes. What is wrong with them is reported when the store is validated.</summary>
    public ConfiguredProviders Providers() => new(this, []);

    /// <summary>What messages call the primary of a store whose other providers are configured.</summary>
    public string NameOfPrimary() => Provider is { } provider ? provider.Type : Providers().Primary!.Described;
}
