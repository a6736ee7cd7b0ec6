using Microsoft.Extensions.Options;

namespace ImageStorage.Registration;

/// <summary>Declares the options of a feature of a store: one section directly in the configuration of the store.</summary>
/// <param name="Section">The name of the section.</param>
/// <param name="Read">Reads the section, one call for each option.</param>
/// <param name="Validator">Checks the options, from whatever source they are.</param>
internal sealed record StoreFeature<T>(string Section, Action<SettingsReader, T> Read, IValidateOptions<T> Validator)
    where T : class, new();
