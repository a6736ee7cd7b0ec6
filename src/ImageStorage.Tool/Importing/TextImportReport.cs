using System.Globalization;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Prints one line for each refused file, then the totals.</summary>
internal sealed class TextImportReport(ToolConsole console, bool isDryRun) : IImportReport
{
    public void Add(ImportResult result, Activity activity) =>
        activity.WriteLine($"{ImportNames.Of(result.Outcome),-7}  {Printable.Line(result.Path)}: {result.Reason}");

    public Task CompleteAsync(ImportTally tally, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var replaced = tally[ImportOutcome.Replaced] is > 0 and var count ? $" ({Number(count)} of them replaced)" : string.Empty;
        var seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        console.Out.WriteLine(
            $"{(tally.Completed ? string.Empty : "Stopped early. ")}{(isDryRun ? "Would store" : "Stored")} {Number(tally.Stored)}{replaced}, unchanged {Number(tally[ImportOutcome.Unchanged])}"
            + Optional(tally, ImportOutcome.Existing, "existing") + Optional(tally, ImportOutcome.Ignored, "left out")
            + $", refused {Number(tally[ImportOutcome.Refused])}" + Optional(tally, ImportOutcome.Failed, "failed")
            + $": {Quantity.Bytes(tally.BytesStored)} in {Quantity.Seconds(elapsed)} ({Quantity.Bytes((long)(tally.BytesStored / seconds))}/s).");
        foreach (var (problem, files) in tally.Problems)
        {
            console.Out.WriteLine($"{Quantity.Count(files, "file")}: {ImportNames.Describe(problem)}.");
        }

        if (tally.LinkedFolders > 0)
        {
            console.Out.WriteLine($"{Quantity.Count(tally.LinkedFolders, "link")} to folders not followed.");
        }

        if (tally.Stores.Count > 0)
        {
            console.Out.WriteLine($"{Quantity.Count(tally.Stores.Count, "store")} not imported.");
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Optional(ImportTally tally, ImportOutcome outcome, string name) => tally[outcome] > 0 ? $", {name} {Number(tally[outcome])}" : string.Empty;
}
