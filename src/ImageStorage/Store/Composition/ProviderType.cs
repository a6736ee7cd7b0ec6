using Microsoft.Extensions.Options;

namespace ImageStorage.Providers;

/// <summary>
/// Declares a provider type: its name, its options and its factory. The same declaration serves code
/// (<see cref="ImageStorageBuilder.UseProvider{TOptions}"/>) and configuration
/// (<see cref="ImageStorageBuilder.AddProviderType{TOptions}"/>).
/// </summary>
/// <typeparam name="TOptions">The options of the provider.</typeparam>
public sealed class ProviderType<TOptions>
    where TOptions : class, new()
{
    /// <summary>Creates a declaration.</summary>
    /// <param name="name">The name of the type, such as <c>FileSystem</c>.</param>
    /// <param name="read">Reads the section of the provider, one call for each option. The settings <c>Type</c> and
    /// <c>Resilience</c> are read elsewhere.</param>
    /// <param name="create">Creates the provider from valid options, without access to disk or network: the store is
    /// created when the host starts.</param>
    /// <param name="validator">Validates the options; null if every value is valid.</param>
    public ProviderType(string name, Action<SettingsReader, TOptions> read, Func<IServiceProvider, TOptions, IImageProvider> create, IValidateOptions<TOptions>? validator = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(create);
        (Name, Read, Create, Validator) = (name, read, create, validator);
    }

    /// <summary>Gets the name of the type.</summary>
    public string Name { get; }

    internal Action<SettingsReader, TOptions> Read { get; }

    internal Func<IServiceProvider, TOptions, IImageProvider> Create { get; }

    internal IValidateOptions<TOptions>? Validator { get; }
}
