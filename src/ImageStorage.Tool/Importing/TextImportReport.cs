using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>A refused file a line, and one line for all.</summary>
internal sealed class TextImportReport(ToolConsole console) : IImportReport
{
    public void Add(ImportResult result, Activity activity) =>
        activity.WriteLine($"{ImportNames.Of(result.Outcome),-7}  {Printable.Line(result.Path)}: {result.Reason}");

    public Task CompleteAsync(ImportTally tally, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var replaced = tally.Replaced > 0 ? $" ({tally.Replaced} of them replaced)" : string.Empty;
        var failed = tally.Failed > 0 ? $", failed {tally.Failed}" : string.Empty;
        var seconds = Math.Max(elapsed.TotalSeconds, 0.001);
        console.Out.WriteLine(
            $"{(tally.Completed ? string.Empty : "Stopped early. ")}Stored {tally.Stored}{replaced}, skipped {tally.Skipped}, refused {tally.Refused}{failed}: "
            + $"{Quantity.Bytes(tally.BytesStored)} in {Quantity.Seconds(elapsed)} ({Quantity.Bytes((long)(tally.BytesStored / seconds))}/s).");
        if (tally.LinkedFolders > 0)
        {
            console.Out.WriteLine($"{Quantity.Count(tally.LinkedFolders, "link")} to folders not followed.");
        }

        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
