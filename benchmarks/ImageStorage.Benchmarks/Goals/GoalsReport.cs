using System.Globalization;
using System.Text;

namespace ImageStorage.Benchmarks.Goals;

/// <summary>The table, as Markdown for people and as JSON for programs that compare runs.</summary>
internal sealed record GoalsReport(IReadOnlyDictionary<string, string> Machine, IReadOnlyList<GoalRow> Rows)
{
    private static readonly string[] Header = ["row", "size", "against", "raw median", "ours median", "ratio", "goal", "reached"];

    public string ToJson() => ReportFiles.ToJson(this);

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Goals, measured\n\n");
        ReportFiles.AppendFacts(text, Machine);
        text.Append('\n');
        AppendTable(text, Rows);
        return text.ToString();
    }

    public static void AppendTable(StringBuilder text, IReadOnlyList<GoalRow> rows) => MarkdownTable.Append(text, Header, rows.Select(CellsOf));

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
}
