using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>Prints a JSON object with the refused and failed files and the counts.</summary>
internal sealed class JsonImportReport : IImportReport
{
    private readonly JsonOutput _json;
    private readonly bool _isDryRun;

    public JsonImportReport(ToolConsole console, bool isDryRun)
    {
        _isDryRun = isDryRun;
        _json = new JsonOutput(console);
        _json.Writer.WriteStartObject();
        _json.Writer.WriteStartArray("problems");
    }

    public void Add(ImportResult result, Activity activity)
    {
        var json = _json.Writer;
        json.WriteStartObject();
        json.WriteString("file", result.Path);
        json.WriteString("outcome", ImportNames.Of(result.Outcome));
        json.WriteString("problem", ImportNames.Of(result.Problem!.Value));
        json.WriteString("reason", result.Reason);
        json.WriteEndObject();
        _json.Flush();
    }

    public Task CompleteAsync(ImportTally tally, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var json = _json.Writer;
        json.WriteEndArray();
        json.WriteBoolean("completed", tally.Completed);
        json.WriteBoolean("dryRun", _isDryRun);
        json.WriteNumber("stored", tally.Stored);
        foreach (var outcome in Enum.GetValues<ImportOutcome>().Where(outcome => outcome != ImportOutcome.Stored))
        {
            json.WriteNumber(ImportNames.Of(outcome), tally[outcome]);
        }

        json.WriteStartObject("reasons");
        foreach (var (problem, count) in tally.Problems)
        {
            json.WriteNumber(ImportNames.Of(problem), count);
        }

        json.WriteEndObject();
        json.WriteNumber("bytesStored", tally.BytesStored);
        json.WriteNumber("linkedFolders", tally.LinkedFolders);
        json.WriteNumber("stores", tally.Stores.Count);
        json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        json.WriteEndObject();
        return _json.CompleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();
}
