using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Importing;

/// <summary>An object: what was refused or failed, then the counts.</summary>
internal sealed class JsonImportReport : IImportReport
{
    private readonly JsonOutput _json;

    public JsonImportReport(ToolConsole console)
    {
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
        json.WriteString("reason", result.Reason);
        json.WriteEndObject();
        _json.Flush();
    }

    public Task CompleteAsync(ImportTally tally, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        var json = _json.Writer;
        json.WriteEndArray();
        json.WriteBoolean("completed", tally.Completed);
        json.WriteNumber("stored", tally.Stored);
        json.WriteNumber("replaced", tally.Replaced);
        json.WriteNumber("skipped", tally.Skipped);
        json.WriteNumber("refused", tally.Refused);
        json.WriteNumber("failed", tally.Failed);
        json.WriteNumber("bytesStored", tally.BytesStored);
        json.WriteNumber("linkedFolders", tally.LinkedFolders);
        json.WriteNumber("seconds", Math.Round(elapsed.TotalSeconds, 3));
        json.WriteEndObject();
        return _json.CompleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();
}
