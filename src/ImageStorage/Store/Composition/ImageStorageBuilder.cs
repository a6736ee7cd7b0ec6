using ImageStorage.Providers;
using ImageStorage.Store.Composition;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage;

/// <summary>Describes one store while services are registered. Provider packages and features extend it.</summary>
public sealed class ImageStorageBuilder
{
    internal ImageStorageBuilder(IServiceCollection services, StoreRegistration registration)
    {
        Services = services;
        Registration = registration;
    }

    /// <summary>The services that the store is registered in.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The name of the store: its key in the container and the name of its options; empty for the default store.</summary>
    public string Name => Registration.Name;

    internal StoreRegistration Registration { get; }

    /// <summary>Sets the store's options.</summary>
    public ImageStorageBuilder Configure(Action<ImageStorageOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(Name, configure);
        return this;
    }

    /// <summary>Sets what the store accepts.</summary>
    public ImageStorageBuilder WithValidation(Action<ValidationOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Configure(options => configure(options.Validation));
    }

    /// <summary>Sets the provider of the store. Provider packages call this from their <c>Use…</c> methods.</summary>
    /// <param name="type">The name of the provider, for messages.</param>
    /// <param name="create">Makes the provider; called once.</param>
    public ImageStorageBuilder UseProvider(string type, Func<IServiceProvider, IImageProvider> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(create);
        if (Registration.Provider is { } first)
        {
            throw new InvalidOperationException($"{Registration.Described} already uses the provider {first.Type}; it cannot use {type} as well. Give the second one a store of its own: AddImageStorage(\"name\").");
        }

        Registration.Provider = (type, create);
        return this;
    }

    /// <summary>
    /// Sets the provider of the store. The options are validated when the host starts, and take part in <c>Configure</c> and <c>PostConfigure</c> under the name of the store.
    /// Provider packages call this from their <c>Use…</c> methods.
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
    /// Makes a type of provider known by name, so that configuration can choose it. Unknown settings are refused by name. Provider packages call this from
    /// their <c>Add…Provider</c> methods.
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
    /// Makes a type of provider known by name that reads its section itself. Its author is responsible for refusing settings that are wrong; prefer the overload
    /// with a <see cref="ProviderType{TOptions}"/>.
    /// </summary>
    /// <param name="type">The name that configuration uses, such as <c>FileSystem</c>; case does not matter.</param>
    /// <param name="create">Makes the provider from its own section of the configuration.</param>
    public ImageStorageBuilder AddProviderType(string type, Func<IServiceProvider, IConfigurationSection, IImageProvider> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(create);
        Registration.ProviderTypes.TryAdd(type, new SelfReadingProviderType(type, create));
        return this;
    }

    /// <summary>Adds a layer around the provider; where it stands is decided by its kind, not by the order of calls.</summary>
    public ImageStorageBuilder AddLayer(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Registration.Layers.Add(layer);
        return this;
    }

    /// <summary>A builder of a provider that is to be a part of this store's: it takes the same <c>Use…</c> methods.</summary>
    /// <param name="part">The part in messages, such as <c>The catalog</c>.</param>
    /// <param name="key">The part in the name of its options, such as <c>Catalog</c>.</param>
    /// <param name="role">What the part is for.</param>
    internal ImageStorageBuilder PartOf(string part, string key, ProviderRole role) => new(Services, new StoreRegistration(Registration, part, key, role));

    internal ImageStorageBuilder AddDeclaredType<TOptions>(DeclaredProviderType<TOptions> type, IValidateOptions<TOptions>? validator)
        where TOptions : class, new()
    {
        var whole = Registration.Whole;
        if (whole.ProviderTypes.TryAdd(type.Name, type))
        {
            Services.Bind<TOptions>(name => whole.Providers().PartOf(name) is { } part && part.Type == type ? part.Section : null, type.Read);
            Services.AddValidator(validator);
        }

        return this;
    }
}
