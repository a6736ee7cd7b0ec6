using ImageStorage.Providers;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>Prints a JSON object with the findings and the counts.</summary>
internal sealed class JsonVerificationReport : IVerificationReport
{
    private readonly JsonOutput _json;

    public JsonVerificationReport(ToolConsole console)
    {
        _json = new JsonOutput(console);
        _json.Writer.WriteStartObject();
        _json.Writer.WriteStartArray("findings");
    }

    public void Add(VerificationItem item, Activity activity)
    {
        var json = _json.Writer;
        json.WriteStartObject();
        json.WriteString("status", VerificationNames.Of(item.Status));
        json.WriteString("name", item.Name);
        json.WriteString("detail", item.Detail);
        json.WriteEndObject();
        _json.Flush();
    }

    public Task CompleteAsync(VerificationTally tally, CancellationToken cancellationToken)
    {
        var json = _json.Writer;
        json.WriteEndArray();
        json.WriteBoolean("isSound", tally.IsSound);
        json.WriteNumber("sound", tally.Sound);
        json.WriteNumber("corrupted", tally.Corrupted);
        json.WriteNumber("orphan", tally.Orphan);
        json.WriteNumber("notIndexed", tally.NotIndexed);
        json.WriteNumber("notDecodable", tally.NotDecodable);
        json.WriteNumber("newer", tally.Newer);
        json.WriteNumber("bytesRead", tally.Bytes);
        json.WriteEndObject();
        return _json.CompleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();
}
