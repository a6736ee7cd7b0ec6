using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Registration;

/// <summary>Reads a section of the configuration into options, and notes what is wrong in it: each with the setting, its value and the remedy.</summary>
internal sealed class SettingsReader(IConfigurationSection section, List<string> failures)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Does the configuration speak of a setting at all, be it empty?</summary>
    public static bool Has(IConfiguration configuration, string name) => configuration.GetChildren().Any(child => string.Equals(child.Key, name, StringComparison.OrdinalIgnoreCase));

    public void Time(string name, Action<TimeSpan> set) => Read(name, "a time such as 00:00:05", text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null, set);

    /// <summary>A time, or <c>none</c>.</summary>
    public void TimeOrNone(string name, Action<TimeSpan?> set)
    {
        if (string.Equals(section[name], "none", StringComparison.OrdinalIgnoreCase))
        {
            _known.Add(name);
            set(null);
            return;
        }

        Read(name, "a time such as 00:00:05, or to none", text => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : default(TimeSpan?), value => set(value));
    }

    public void Count(string name, Action<int> set) => Read(name, "a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null, set);

    public void Bytes(string name, Action<long> set) => Read(name, "a number of bytes", text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null, set);

    public void Ratio(string name, Action<double> set) => Read(name, "a number such as 0.5", text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null, set);

    public void Choice<T>(string name, Action<T> set)
        where T : struct, Enum =>
        Read(name, string.Join(" or ", Enum.GetNames<T>()), text => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null, set);

    public void Switch(string name, Action<bool> set) => Read(name, "true or false", text => bool.TryParse(text, out var value) ? value : default(bool?), set);

    public void Text(string name, Action<string> set)
    {
        _known.Add(name);
        if (section[name] is { } text)
        {
            set(text);
        }
    }

    /// <summary>A section of its own in this one.</summary>
    public void Section(string name, Action<SettingsReader> read)
    {
        _known.Add(name);
        var reader = new SettingsReader(section.GetSection(name), failures);
        read(reader);
        reader.End();
    }

    /// <summary>Refuses what was not read: a setting that is misspelt would have no effect.</summary>
    public void End()
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            failures.Add($"The setting '{section.Path}' is '{section.Value}': it is a section of settings ({Names()}).");
        }

        foreach (var setting in section.GetChildren().Where(setting => !_known.Contains(setting.Key)))
        {
            failures.Add($"The setting '{setting.Path}' is not known: use one of {Names()}, or remove it.");
        }
    }

    private void Read<T>(string name, string wanted, Func<string, T?> parse, Action<T> set)
        where T : struct
    {
        _known.Add(name);
        if (section[name] is not { } text)
        {
            return;
        }

        if (parse(text) is { } value)
        {
            set(value);
        }
        else
        {
            failures.Add($"The setting '{section.GetSection(name).Path}' is '{text}': set it to {wanted}.");
        }
    }

    private string Names() => string.Join(", ", _known.Order(StringComparer.Ordinal));
}
