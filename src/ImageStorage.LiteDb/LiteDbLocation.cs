namespace ImageStorage.LiteDb;

/// <summary>What <see cref="LiteDbStorageOptions.Path"/> may be: a path, or a connection string of LiteDB that asks for nothing that would cost a promise.</summary>
internal static class LiteDbLocation
{
    private const string Remedy = "Set it to the database file, such as \"data/images.db\".";
    private static readonly string[] Settings = ["filename", "connection", "password", "initial size", "readonly", "upgrade", "auto-rebuild", "collation"];

    /// <summary>What is wrong with the setting, or null. Says neither path nor password.</summary>
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
                : value.StartsWith(':') ? $"LiteDb.Path names a database in memory, which keeps nothing: use the in-memory provider for that, or set it to a file. {Remedy}"
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

    /// <summary>The database file that a valid setting names.</summary>
    public static string FileOf(string value) => Parse(value) is { } settings ? settings["filename"] : value;

    private static string? Violation(string name, string value) => name switch
    {
        "filename" => null,
        "password" => "LiteDb.Path has a Password, which is refused: LiteDB's own encryption lost nearly all images in power cuts, and its rebuild leaves plain text behind. Leave it out and encrypt the images, or the disk.",
        "connection" when value.Equals("direct", StringComparison.OrdinalIgnoreCase) => null,
        "connection" => "LiteDb.Path asks for a Connection other than direct, which is refused: several processes on one LiteDB file lose data. Leave it out, or use the filesystem provider, which any number of processes may share.",
        _ => $"LiteDb.Path has the setting '{name}', which the provider decides itself. Leave it out.",
    };

    // A path may contain '=': it is a connection string only where one of LiteDB's settings stands in front of one.
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
