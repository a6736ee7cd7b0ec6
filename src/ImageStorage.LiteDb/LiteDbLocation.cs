namespace ImageStorage.LiteDb;

/// <summary>
/// Parses <see cref="LiteDbStorageOptions.Path"/>: a path, or a LiteDB connection string without settings that would
/// break a promise.
/// </summary>
internal static class LiteDbLocation
{
    private const string Remedy = "Set it to the database file, such as \"data/images.db\".";
    private static readonly string[] Settings = ["filename", "connection", "password", "initial size", "readonly", "upgrade", "auto-rebuild", "collation"];

    /// <summary>Returns the violation of a rule, or null. The text contains neither path nor password.</summary>
    public static string? Violation(string? value)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return $"LiteDb.Path is empty. {Remedy}";
        }

        if (value.Contains('\0', StringComparison.Ordinal))
        {
            return $"LiteDb.Path contains NUL. {Remedy}";
        }

        if (value.Any(char.IsControl))
        {
            return $"LiteDb.Path contains a line break or another control character. {Remedy}";
        }

        if (Parse(value) is not { } settings)
        {
            return IsFolder(value) ? $"LiteDb.Path names a folder. {Remedy}"
                : value.StartsWith(':') ? $"LiteDb.Path names a database in memory, which does not survive the process: use the in-memory provider, or a file. {Remedy}"
                : null;
        }

        foreach (var (name, text) in settings)
        {
            if (Violation(name, text) is { } violation)
            {
                return violation;
            }
        }

        return settings.TryGetValue("filename", out var file) ? Violation(file) : $"LiteDb.Path is a connection string without Filename. {Remedy}";
    }

    /// <summary>Returns the database file of a valid setting.</summary>
    public static string FileOf(string value) => Parse(value) is { } settings ? settings["filename"] : value;

    private static string? Violation(string name, string value) => name switch
    {
        "filename" => null,
        "password" => "LiteDb.Path has a Password, which is refused: LiteDB's own encryption lost nearly all images in power cuts, and its rebuild leaves plain text on the disk. Remove the password and encrypt the disk.",
        "connection" when value.Equals("direct", StringComparison.OrdinalIgnoreCase) => null,
        "connection" => "LiteDb.Path has a Connection other than direct, which is refused: several processes on one LiteDB file lose data. Remove the setting, or use the filesystem provider, which any number of processes may share.",
        _ => $"LiteDb.Path has the setting '{name}', which the provider sets itself. Remove the setting.",
    };

    // A path may contain '='. The text is a connection string only when a setting of LiteDB precedes a '='.
    private static Dictionary<string, string>? Parse(string value)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        var isConnectionString = false;
        foreach (var part in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? part : part[..equals].TrimEnd();
            var known = equals > 0 ? Settings.FirstOrDefault(setting => setting.Equals(name, StringComparison.OrdinalIgnoreCase)) : null;
            isConnectionString |= known is not null;
            settings[known ?? "another"] = equals < 0 ? string.Empty : part[(equals + 1)..].Trim().Trim('"', '\'');
        }

        return isConnectionString ? settings : null;
    }

    private static bool IsFolder(string path) => System.IO.Path.EndsInDirectorySeparator(path) || Directory.Exists(path);
}
