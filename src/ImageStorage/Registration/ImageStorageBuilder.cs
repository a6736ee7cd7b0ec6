using ImageStorage.Layers;
using ImageStorage.Management;
using ImageStorage.Providers;
using ImageStorage.Validation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Registration;

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
    /// Makes a type of provider known by name, so that configuration can choose it. Provider packages call this from
    /// their <c>Add…Provider</c> methods.
    /// </summary>
    /// <param name="type">The name that configuration uses, such as <c>FileSystem</c>; case does not matter.</param>
    /// <param name="create">Makes the provider from its own section of the configuration.</param>
    public ImageStorageBuilder AddProviderType(string type, Func<IServiceProvider, IConfigurationSection, IImageProvider> create)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentNullException.ThrowIfNull(create);
        Registration.ProviderTypes.TryAdd(type, create);
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
    internal ImageStorageBuilder PartOf(string part) => new(Services, new StoreRegistration(Registration, part));
}
