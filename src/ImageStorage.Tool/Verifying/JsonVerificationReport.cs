using ImageStorage.Providers;
using ImageStorage.Tool.Health;
using ImageStorage.Tool.Output;

namespace ImageStorage.Tool.Verifying;

/// <summary>
/// Prints a JSON object with the findings and the counts; for several parts, an object with one such object for each.
/// </summary>
internal sealed class JsonVerificationReport : IVerificationReport
{
    private readonly JsonOutput _json;
    private readonly bool _hasNames;

    public JsonVerificationReport(ToolConsole console, bool hasNames)
    {
        (_json, _hasNames) = (new JsonOutput(console), hasNames);
        if (hasNames)
        {
            _json.Writer.WriteStartObject();
            _json.Writer.WriteStartArray("parts");
        }
    }

    public void Begin(StorePart part)
    {
        _json.Writer.WriteStartObject();
        if (_hasNames)
        {
            _json.Writer.WriteString("name", part.Name);
            _json.Writer.WriteString("role", HealthNames.Of(part.Role));
        }

        _json.Writer.WriteStartArray("findings");
    }

    public void Add(VerificationItem item, Activity activity)
    {
        var json = _json.Writer;
        json.WriteStartObject();
        json.WriteString("status", VerificationNames.Of(item.Status));
        json.WriteString("kind", VerificationNames.Of(item.Kind));
        json.WriteString("name", item.Name);
        json.WriteString("detail", item.Detail);
        json.WriteEndObject();
        _json.Flush();
    }

    public void End(VerificationTally tally, string? failure)
    {
        var json = _json.Writer;
        json.WriteEndArray();
        json.WriteBoolean("isSound", tally.IsSound && failure is null);
        if (failure is not null)
        {
            json.WriteString("failure", failure);
        }

        json.WriteNumber("sound", tally.Sound);
        json.WriteNumber("soundDocuments", tally.SoundDocuments);
        json.WriteNumber("soundRetainedVersions", tally.SoundRetainedVersions);
        foreach (var (status, count) in tally.Findings)
        {
            json.WriteNumber(VerificationNames.PropertyOf(status), count);
        }

        json.WriteNumber("bytesRead", tally.Bytes);
        json.WriteEndObject();
    }

    public Task CompleteAsync(bool isSound, CancellationToken cancellationToken)
    {
        if (_hasNames)
        {
            _json.Writer.WriteEndArray();
            _json.Writer.WriteBoolean("isSound", isSound);
            _json.Writer.WriteEndObject();
        }

        return _json.CompleteAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _json.DisposeAsync();
}
