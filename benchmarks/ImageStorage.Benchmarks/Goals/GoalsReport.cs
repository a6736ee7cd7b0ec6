using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The table, as markdown for people and as JSON for whoever compares runs.</summary>
internal sealed record GoalsReport(IReadOnlyDictionary<string, string> Machine, IReadOnlyList<GoalRow> Rows)
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions) + "\n";

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Goals, measured\n\n");
        foreach (var (name, value) in Machine)
        {
            text.Append(CultureInfo.InvariantCulture, $"- {name}: {value}\n");
        }

        string[] header = ["row", "size", "against", "raw median", "ours median", "ratio", "goal", "reached"];
        string[][] lines = [header, .. Rows.Select(CellsOf)];
        var widths = Enumerable.Range(0, header.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        text.Append('\n');
        AppendLine(text, header, widths);
        AppendLine(text, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var line in lines.Skip(1))
        {
            AppendLine(text, line, widths);
        }

        return text.ToString();
    }

    private static string[] CellsOf(GoalRow row) =>
    [
        row.Row,
        row.Size,
        row.Baseline,
        row.Raw is null ? "–" : Quantity.Format(row.Raw.Median, row.Unit),
        Quantity.Format(row.Ours.Median, row.Unit),
        row.Ratio is { } ratio ? string.Create(CultureInfo.InvariantCulture, $"{ratio:0.00}×") : "–",
        row.Goal,
        row.Reached switch { true => "yes", false => "NO", null => "–" },
    ];

    private static void AppendLine(StringBuilder text, string[] cells, int[] widths)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            text.Append("| ").Append(cells[i].PadRight(widths[i])).Append(' ');
        }

        text.Append("|\n");
    }
}
