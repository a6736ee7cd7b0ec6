using ImageStorage.Providers;
using Microsoft.Extensions.Options;

namespace ImageStorage.Settings;

/// <summary>
/// Declares the options of a feature and their section, which is directly in the configuration of the store.
/// </summary>
/// <param name="Name">The name of the section.</param>
/// <param name="Read">Reads the section, one call for each option.</param>
/// <param name="Validator">Validates the options, whatever their source is.</param>
internal sealed record OptionsSection<T>(string Name, Action<SettingsReader, T> Read, IValidateOptions<T> Validator)
    where T : class, new();
