using System.Globalization;
using ImageStorage.Settings;
using Microsoft.Extensions.Configuration;

namespace ImageStorage.Providers;

/// <summary>
/// Reads the settings of one section of the configuration into options. Reading is strict: a value of the wrong form,
/// an empty value and a setting that no call has read are each reported with the setting, its value and the accepted
/// form. A setting that is absent leaves the option at its default.
/// </summary>
/// <remarks>Provider packages receive a reader in <see cref="ProviderType{TOptions}"/>: one call for each option. Not
/// thread-safe.</remarks>
public sealed class SettingsReader
{
    private static readonly string[] SecretWords = ["key", "secret", "pass", "pwd", "token", "sas", "sign", "connect", "credential", "account"];
    private readonly IConfiguration _section;
    private readonly List<string> _failures;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private bool _holdsSecrets;

    internal SettingsReader(IConfiguration section, List<string> failures) => (_section, _failures) = (section, failures);

    /// <summary>Reads a text.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the text, which may be empty.</param>
    /// <param name="optional">True if the option may be null, so that the setting may be null too.</param>
    public void Text(string name, Action<string> set, bool optional = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (ValueOf(name, "a text", optional) is { } text)
        {
            set(text);
        }
    }

    /// <summary>
    /// Reads a text that no message may show, such as a connection string. Messages do not show the values of unknown
    /// settings of the section either.
    /// </summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the text.</param>
    /// <param name="optional">True if the option may be null, so that the setting may be null too.</param>
    public void Secret(string name, Action<string> set, bool optional = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        _holdsSecrets = true;
        if (ValueOf(name, "a text", optional) is { } text)
        {
            set(text);
        }
    }

    /// <summary>Reads an absolute address, such as <c>https://example.com</c>.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the address.</param>
    /// <param name="optional">True if the option may be null, so that the setting may be null too.</param>
    public void Address(string name, Action<Uri> set, bool optional = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        const string Wanted = "an absolute address such as https://example.com";
        if (ValueOf(name, Wanted, optional) is not { } text)
        {
            return;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var value) && !text.StartsWith('/'))
        {
            set(value);
        }
        else
        {
            Refuse(name, $"is {(text.Length == 0 ? "empty" : "not an absolute address")}: set it to {Wanted}");
        }
    }

    /// <summary>
    /// Reads a duration as <c>[days.]hours:minutes:seconds[.fraction]</c>. A plain number and an hour part above 23 are
    /// refused, because .NET reads both as days.
    /// </summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the duration.</param>
    public void Time(string name, Action<TimeSpan> set) => Read(name, SettingsTime.Form, SettingsTime.Parse, set, optional: false, SettingsTime.Suggest);

    /// <summary>Reads a duration, or <c>none</c>.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the duration; null for <c>none</c> or null.</param>
    public void TimeOrNone(string name, Action<TimeSpan?> set) => TimeOr(name, "none", () => set(null), value => set(value), isNull: true);

    /// <summary>Reads a duration, or <c>never</c> for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the duration.</param>
    public void TimeOrNever(string name, Action<TimeSpan> set) => TimeOr(name, "never", () => set(Timeout.InfiniteTimeSpan), set, isNull: false);

    /// <summary>Reads a whole number.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the number.</param>
    public void Count(string name, Action<int> set) =>
        Read(name, "a whole number", text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null, set);

    /// <summary>Reads a number of bytes, or another whole number of 64 bits.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the number.</param>
    /// <param name="optional">True if the option may be null, so that the setting may be null too.</param>
    public void Bytes(string name, Action<long> set, bool optional = false) =>
        Read(name, "a whole number", text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null, set, optional);

    /// <summary>Reads a number with a fraction, such as <c>0.5</c>.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the number.</param>
    public void Ratio(string name, Action<double> set) =>
        Read(name, "a number such as 0.5", text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null, set);

    /// <summary>Reads a value of an enumeration by its name; a number is refused.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the value.</param>
    public void Choice<T>(string name, Action<T> set)
        where T : struct, Enum =>
        Read(
            name,
            string.Join(" or ", Enum.GetNames<T>()),
            text => Enum.GetNames<T>().FirstOrDefault(known => known.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found ? Enum.Parse<T>(found) : null,
            set);

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the value.</param>
    public void Switch(string name, Action<bool> set) => Read(name, "true or false", text => bool.TryParse(text, out var value) ? value : null, set);

    /// <summary>Reads a value of any other type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">The name of the setting.</param>
    /// <param name="form">The accepted form for messages, such as <c>a tier such as Hot</c>.</param>
    /// <param name="parse">Returns the value of a text that is not empty; null when it has another form.</param>
    /// <param name="set">Receives the value.</param>
    /// <param name="optional">True if the option may be null, so that the setting may be null too.</param>
    public void Value<T>(string name, string form, Func<string, T?> parse, Action<T> set, bool optional = false)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(parse);
        Read(name, form, parse, set, optional);
    }

    /// <summary>Reads a list of texts with at least one element.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="set">Receives the list.</param>
    /// <param name="optional">True if the option may be null, so that the setting may be null too.</param>
    public void List(string name, Action<IReadOnlyList<string>> set, bool optional = false)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (Find(name) is not { } list)
        {
            return;
        }

        var elements = list.GetChildren().ToList();
        if (elements.Find(element => string.IsNullOrWhiteSpace(element.Value)) is { } none)
        {
            Fail($"the setting '{none.Path}' is not a text: each element of '{list.Path}' is a text. Remove the element, or give it a value.");
        }
        else if (elements.Count > 0)
        {
            set(elements.ConvertAll(element => element.Value!));
        }
        else if (!(list.Value is null && optional))
        {
            Refuse(name, string.IsNullOrEmpty(list.Value) ? "is an empty list: name at least one element, or remove it" : $"is '{list.Value}', which is not a list: write [ \"{list.Value}\" ], or '{list.Path}:0' outside of JSON");
        }
    }

    /// <summary>Reads a section inside the section.</summary>
    /// <param name="name">The name of the inner section.</param>
    /// <param name="read">Reads the inner section.</param>
    public void Section(string name, Action<SettingsReader> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (Find(name) is { } inner)
        {
            var reader = new SettingsReader(inner, _failures);
            read(reader);
            reader.End();
        }
    }

    /// <summary>Returns whether the configuration mentions a setting or section, even without a value.</summary>
    internal static bool Has(IConfiguration configuration, string name) => configuration.GetChildren().Any(child => string.Equals(child.Key, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Accepts settings that another reader reads.</summary>
    internal void Accept(params ReadOnlySpan<string> names) => _known.UnionWith(names.ToArray());

    /// <summary>Reports the settings of the section that are not known. Call it after all reads.</summary>
    internal void End()
    {
        if (_section is IConfigurationSection { Value.Length: > 0 } section)
        {
            Fail($"the setting '{section.Path}' is {Shown(section)}, but it is a section: use one of its settings {Names()}.");
        }

        var unknown = _section.GetChildren().Where(setting => !_known.Contains(setting.Key)).ToList();
        if (_section is not IConfigurationSection)
        {
            unknown = EndRoot(unknown);
        }

        foreach (var setting in unknown)
        {
            Fail($"the setting '{setting.Path}' is not known ({Content(setting)}){Suggestion(setting.Key)} use one of {Names()}, or remove it.");
        }
    }

    /// <summary>Refuses a setting for a reason that is known only after it was read.</summary>
    /// <param name="name">The name of the setting.</param>
    /// <param name="reason">The reason and the remedy, such as <c>is 'x', which …: set it to …</c>.</param>
    internal void Refuse(string name, string reason) => Fail($"the setting '{_section.GetSection(name).Path}' {reason}.");

    // A complete configuration holds other settings too, such as environment variables with secrets: one message,
    // without values.
    private List<IConfigurationSection> EndRoot(List<IConfigurationSection> unknown)
    {
        var misspelt = unknown.FindAll(setting => NearestName.Of(setting.Key, _known) is not null);
        var others = unknown.Except(misspelt).ToList();
        if (others.Count > 0)
        {
            Fail($"the configuration has {others.Count.ToString(CultureInfo.InvariantCulture)} settings that are not known, such as '{others[0].Path}': pass the section of the store, such as configuration.GetSection(\"ImageStorage\"), or remove them; known are {Names()}.");
        }

        return misspelt;
    }

    private void TimeOr(string name, string word, Action setWord, Action<TimeSpan> set, bool isNull)
    {
        var found = Find(name);
        if (found is not null && (string.Equals(found.Value, word, StringComparison.OrdinalIgnoreCase) || (isNull && found.Value is null && !found.GetChildren().Any())))
        {
            setWord();
        }
        else
        {
            Read(name, $"{SettingsTime.Form}, or to {word}", SettingsTime.Parse, set, optional: false, SettingsTime.Suggest);
        }
    }

    private void Read<T>(string name, string wanted, Func<string, T?> parse, Action<T> set, bool optional = false, Func<string, string?>? hint = null)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(set);
        if (ValueOf(name, wanted, optional) is not { } text)
        {
            return;
        }

        if (text.Length > 0 && parse(text) is { } value)
        {
            set(value);
        }
        else
        {
            Refuse(name, $"is {(text.Length == 0 ? "empty" : $"'{text}'")}: set it to {wanted}{hint?.Invoke(text)}{(text.Length == 0 ? ", or remove it" : null)}");
        }
    }

    private IConfigurationSection? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        _known.Add(name);
        return Has(_section, name) ? _section.GetSection(name) : null;
    }

    private string? ValueOf(string name, string wanted, bool optional)
    {
        if (Find(name) is not { } setting)
        {
            return null;
        }

        if (setting.GetChildren().Any())
        {
            Refuse(name, $"is a section or a list: set it to {wanted}");
            return null;
        }

        if (setting.Value is null && !optional)
        {
            Refuse(name, $"has no value: set it to {wanted}, or remove it");
        }

        return setting.Value;
    }

    private string Content(IConfigurationSection setting) => setting.GetChildren().Any() ? "a section" : $"its value is {Shown(setting)}";

    // The value of a misspelt name may be a secret or a path: only a harmless value is shown.
    private string Shown(IConfigurationSection setting) =>
        string.IsNullOrEmpty(setting.Value) ? "empty"
        : !_holdsSecrets && setting.Value.Length <= 24 && setting.Value.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '.' or ':' or '-' or '_') && !SecretWords.Any(word => setting.Key.Contains(word, StringComparison.OrdinalIgnoreCase)) ? $"'{setting.Value}'"
        : "not shown, as it may be a secret";

    private string Suggestion(string name) => NearestName.Of(name, _known) is { } nearest ? $"; did you mean '{nearest}'? Otherwise" : ":";

    private void Fail(string failure) => _failures.Add(failure);

    private string Names() => string.Join(", ", _known.Order(StringComparer.Ordinal));
}
