using ImageStorage.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace ImageStorage.Settings;

/// <summary>
/// Binds named options to their section of the configuration. The settings are read when the options are created, and
/// read a second time when the options are validated, which reports mistakes in the settings together with the failures
/// of the validators.
/// </summary>
/// <param name="find">Returns the section for the name of the options; null when the options have no section.</param>
/// <param name="read">Reads the section.</param>
internal sealed class SettingsBinding<T>(Func<string, IConfiguration?> find, Action<SettingsReader, T> read) : IConfigureNamedOptions<T>, IValidateOptions<T>
    where T : class, new()
{
    public void Configure(T options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, T options)
    {
        if (find(name ?? Options.DefaultName) is { } section)
        {
            read(new SettingsReader(section, []), options);
        }
    }

    public ValidateOptionsResult Validate(string? name, T options)
    {
        if (find(name ?? Options.DefaultName) is not { } section)
        {
            return ValidateOptionsResult.Skip;
        }

        var failures = new List<string>();
        Check(section, read, failures);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <summary>Reports mistakes in the settings of a section. Combinations of values are not checked.</summary>
    public static void Check(IConfiguration section, Action<SettingsReader, T> read, List<string> failures)
    {
        var reader = new SettingsReader(section, failures);
        read(reader, new T());
        reader.End();
    }
}
