using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage;

/// <summary>
/// Describes one store while services are registered. Provider packages and features extend this class. Not
/// thread-safe.
/// </summary>
public sealed class ImageStorageBuilder
{
    internal ImageStorageBuilder(IServiceCollection services, StoreRegistration registration)
    {
        Services = services;
        Registration = registration;
    }

    /// <summary>Gets the services in which the store is registered.</summary>
    public IServiceCollection Services { get; }

    /// <summary>
    /// Gets the name of the store: its key in the container and the name of its options; empty for the default store.
    /// </summary>
    public string Name => Registration.Name;

    internal StoreRegistration Registration { get; }

    /// <summary>Sets the options of the store.</summary>
    public ImageStorageBuilder Configure(Action<ImageStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Sets the rules for accepted images.</summary>
    public ImageStorageBuilder WithValidation(Action<ValidationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure(options => configure(options.Validation));
    }

    /// <summary>Sets the provider of the store. Provider packages call this from their <c>Use…</c> methods.</summary>
    /// <param name="type">The name of the provider, for messages.</param>
    /// <param name="create">Creates the provider; called once.</param>
    public ImageStorageBuilder UseProvider(string type, Func<IServiceProvider, IImageProvider> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(create);
        if (Registration.Provider is { } first)
        {
            throw new InvalidOperationException($"{Registration.Described} already uses the provider {first.Type}; it cannot use {type} as well. Register a second store for {type}: AddImageStorage(\"name\").");
        }

        Registration.Provider = (type, create);
        return this;
    }

    /// <summary>
    /// Sets the provider of the store. The options are validated when the host starts; <c>Configure</c> and
    /// <c>PostConfigure</c> work under the name of the store. Provider packages call this from their <c>Use…</c>
    /// methods.
    /// </summary>
    /// <typeparam name="TOptions">The options of the provider.</typeparam>
    /// <param name="type">The type of the provider.</param>
    /// <param name="configure">Sets the options.</param>
    public ImageStorageBuilder UseProvider<TOptions>(ProviderType<TOptions> type, Action<TOptions> configure)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(configure);
        var name = Registration.OptionsName;
        UseProvider(type.Name, services => type.Create(services, services.OptionsOf<TOptions>(name)));
        this.AddOptions(type.Validator, configure);
        return this;
    }

    /// <summary>
    /// Registers a provider type, so that the configuration can name the type. Unknown settings are refused by name.
    /// Provider packages call this from their <c>Add…Provider</c> methods.
    /// </summary>
    /// <typeparam name="TOptions">The options of the provider.</typeparam>
    /// <param name="type">The type of the provider; case does not matter in configuration.</param>
    public ImageStorageBuilder AddProviderType<TOptions>(ProviderType<TOptions> type)
        where TOptions : class, new()
    {
        ArgumentNullException.ThrowIfNull(type);
        return AddDeclaredType(new DeclaredProviderType<TOptions>(type), type.Validator);
    }

    /// <summary>
    /// Registers a provider type that reads its section itself. The author of the type must refuse wrong settings;
    /// prefer the overload with a <see cref="ProviderType{TOptions}"/>.
    /// </summary>
    /// <param name="type">The name that configuration uses, such as <c>FileSystem</c>; case does not matter.</param>
    /// <param name="create">Creates the provider from its section of the configuration.</param>
    public ImageStorageBuilder AddProviderType(string type, Func<IServiceProvider, IConfigurationSection, IImageProvider> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(create);
        Registration.ProviderTypes.TryAdd(type, new SelfReadingProviderType(type, create));
        return this;
    }

    /// <summary>
    /// Adds a layer around the provider. The kind of the layer decides its position, not the order of the calls.
    /// </summary>
    public ImageStorageBuilder AddLayer(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Registration.Layers.Add(layer);
        return this;
    }

    /// <summary>Returns a builder for a part of this store, with the same <c>Use…</c> methods.</summary>
    /// <param name="part">The part in messages, such as <c>The catalog</c>.</param>
    /// <param name="key">The part in the name of its options, such as <c>Catalog</c>.</param>
    /// <param name="role">The role of the part.</param>
    internal ImageStorageBuilder PartOf(string part, string key, ProviderRole role) => new(Services, new StoreRegistration(Registration, part, key, role));

    internal ImageStorageBuilder AddDeclaredType<TOptions>(DeclaredProviderType<TOptions> type, IValidateOptions<TOptions>? validator)
        where TOptions : class, new()
    {
        var store = Registration.Root;
        if (store.ProviderTypes.TryAdd(type.Name, type))
        {
            Services.Bind<TOptions>(name => store.Providers().PartOf(name) is { } part && part.Type == type ? part.Section : null, type.Read);
            Services.AddValidator(validator);
        }

        return this;
    }
}
