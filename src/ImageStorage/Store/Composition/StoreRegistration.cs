using ImageStorage.Providers;
using ImageStorage.Selection;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Store.Composition;

/// <summary>The registration of a store or of a part of a store.</summary>
internal sealed class StoreRegistration
{
    public StoreRegistration(string name, IReadOnlyList<IStoreFeature> features)
    {
        (Name, OptionsName, Root, Features) = (name, name, this, features);
        Described = name.Length == 0 ? "The image store" : $"The image store '{name}'";
        ProviderTypes = new(StringComparer.OrdinalIgnoreCase);
        Checks = [];
        Role = ProviderRole.Primary;
    }

    /// <summary>Creates the registration of a part, whose calls are logged separately.</summary>
    /// <param name="parent">The store or part that contains this part.</param>
    /// <param name="part">The part in messages, such as <c>The catalog</c>.</param>
    /// <param name="key">The part in the name of its options, such as <c>Catalog</c>.</param>
    /// <param name="role">The role of the part.</param>
    public StoreRegistration(StoreRegistration parent, string part, string key, ProviderRole role)
    {
        (Name, OptionsName, Root, Features) = (parent.Name, $"{parent.OptionsName}:{key}", parent.Root, parent.Features);
        Described = $"{part} of {parent.DescribedInSentence}";
        ProviderTypes = parent.ProviderTypes;
        Checks = parent.Checks;
        Role = role;
    }

    public string Name { get; }

    /// <summary>Gets the name of the options of this store or part.</summary>
    public string OptionsName { get; }

    /// <summary>Gets the store: this registration, or the registration that contains this part.</summary>
    public StoreRegistration Root { get; }

    public bool IsRoot => Root == this;

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

    /// <summary>Gets the checks of the store and all of its parts when the host starts.</summary>
    public List<Action<IServiceProvider, List<string>>> Checks { get; }

    /// <summary>Gets or sets the fallbacks; null for none.</summary>
    public FailoverRegistration? Failover { get; set; }

    /// <summary>Gets or sets the mirror; null for none.</summary>
    public MirrorRegistration? Mirror { get; set; }

    /// <summary>Gets a value that indicates whether the provider is the first available of several.</summary>
    public bool IsSelection => Provider is { } provider ? provider.Type == AutoImageProvider.ProviderName : Providers().IsAuto;

    /// <summary>Gets the store or part as the beginning of a message.</summary>
    public string Described { get; }

    /// <summary>Gets the store or part as a noun inside a sentence.</summary>
    public string DescribedInSentence => $"{char.ToLowerInvariant(Described[0])}{Described[1..]}";

    /// <summary>
    /// Gets a value indicating whether code or configuration asks for a resilience layer around the provider of this
    /// store or part.
    /// </summary>
    public bool HasResilience => WantsResilience || Has(LayerKind.Resilience) || (Provider is null && Providers().Primary is { HasResilience: true });

    public bool Has(LayerKind kind) => Layers.Exists(layer => layer.Kind == kind && layer.Position == LayerPosition.OfKind);

    /// <summary>Ensures that a part has a provider, and returns the type of the provider.</summary>
    public string EnsureProvider() => Provider?.Type
        ?? throw new InvalidOperationException($"{Described} has no provider: call a Use… method on it, such as UseFileSystem(\"data/images\").");

    /// <summary>
    /// Returns the providers of the configuration. Mistakes are reported when the store is validated.
    /// </summary>
    public ConfiguredProviders Providers() => new(this, []);

    /// <summary>Returns the primary as a noun inside a sentence, with its section.</summary>
    public string PrimaryInSentence() => Provider is { } provider ? $"the primary ({provider.Type}) of {DescribedInSentence}" : Providers().Primary!.DescribedInSentence;

    /// <summary>Returns the name of the primary in messages.</summary>
    public string NameOfPrimary() => Provider is { } provider ? provider.Type : Providers().Primary!.Described;
}
