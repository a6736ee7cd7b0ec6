using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>Writes reports: the facts first, JSON next to the text, files named by date and machine.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string ToJson<T>(T report) => JsonSerializer.Serialize(report, JsonOptions) + "\n";

    public static void AppendFacts(StringBuilder text, IReadOnlyDictionary<string, string> facts)
    {
        foreach (var (name, value) in facts)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");
        }
    }

    /// <summary>Saves a report.</summary>
    /// <param name="folder">The folder; null for benchmarks/results.</param>
    /// <param name="suffix">The end of the file name.</param>
    /// <param name="markdown">The report for people.</param>
    /// <param name="json">The report for programs that compare runs.</param>
    public static void Keep(string? folder, string suffix, string markdown, string json)
    {
        folder ??= DefaultFolder();
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd}-{Environment.MachineName}{suffix}"));
        File.WriteAllText(path + ".md", markdown);
        File.WriteAllText(path + ".json", json);
        Console.WriteLine($"Kept in {path}.md and .json");
    }

    // benchmarks/results of the checkout of this build, or of the current folder.
    private static string DefaultFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImageStorage.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? Environment.CurrentDirectory, "benchmarks", "results");
    }
}
