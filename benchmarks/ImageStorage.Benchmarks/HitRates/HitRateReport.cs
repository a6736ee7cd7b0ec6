using System.Globalization;
using System.Text;
using ImageStorage.Benchmarks.Goals;

namespace ImageStorage.Benchmarks.HitRates;

/// <summary>The tables of a run: hit rates, bytes in the caches, and goals.</summary>
internal sealed record HitRateReport(IReadOnlyDictionary<string, string> Machine, IReadOnlyList<HitRate> HitRates, IReadOnlyList<GoalRow> Rows)
{
    public string ToJson() => ReportFiles.ToJson(this);

    public string ToMarkdown()
    {
        var text = new StringBuilder("# Hit rates, measured\n\n");
        ReportFiles.AppendFacts(text, Machine);
        text.Append("\nHits, of the requests that are not a scan's\n\n");
        AppendTable(text, rate => rate.Rate);
        text.Append("\nHits, a scan's own requests included\n\n");
        AppendTable(text, rate => rate.RateWithScans, rate => rate.ScanRequests > 0);
        text.Append("\nThe most bytes that were held, of the budget\n\n");
        AppendTable(text, rate => (double)rate.MostBytes / rate.BudgetBytes);
        text.Append("\nGoals\n\n");
        GoalsReport.AppendTable(text, Rows);
        return text.ToString();
    }

    // A line for each cache, a column for each trace and budget.
    private void AppendTable(StringBuilder text, Func<HitRate, double> valueOf, Func<HitRate, bool>? isShown = null)
    {
        var shown = HitRates.Where(isShown ?? (_ => true)).ToList();
        var columns = shown.Select(ColumnOf).Distinct().ToList();
        MarkdownTable.Append(
            text,
            ["cache", .. columns],
            shown.GroupBy(rate => rate.Cache).Select(rates => (string[])[rates.Key, .. columns.Select(column => Quantity.Format(valueOf(rates.Single(rate => ColumnOf(rate) == column)), Unit.Share))]));
    }

    private static string ColumnOf(HitRate rate) => string.Create(CultureInfo.InvariantCulture, $"{rate.Trace}, {rate.Share * 100} %");
}
