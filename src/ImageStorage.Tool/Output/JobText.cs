using System.Globalization;
using System.Text.Json;

namespace ImageStorage.Tool.Output;

/// <summary>Prints jobs: as a line, as details, and as JSON.</summary>
internal static class JobText
{
    public static string NameOf(StorageJobState state) => state switch
    {
        StorageJobState.Running => "running",
        StorageJobState.Interrupted => "interrupted",
        StorageJobState.Completed => "completed",
        StorageJobState.Failed => "failed",
        StorageJobState.Cancelled => "cancelled",
        _ => "unreadable",
    };

    /// <summary>Returns id, state, start, last checkpoint, progress and failure, with tabs between them.</summary>
    public static string Line(StorageJob job) =>
        string.Join('\t', job.Id, StateOf(job), Time(job.StartedAt), Time(job.UpdatedAt), Progress(job), Printable.Line(job.Failure ?? string.Empty)).TrimEnd('\t');

    /// <summary>Prints one name and value per line, like the record of an image.</summary>
    public static void WriteDetails(ToolConsole console, StorageJob job)
    {
        foreach (var (name, value) in Rows(job))
        {
            console.Out.WriteLine($"{name + ":",-14}{Printable.Line(value)}");
        }
    }

    public static void WriteOrNull(Utf8JsonWriter json, StorageJob? job)
    {
        if (job is null)
        {
            json.WriteNullValue();
        }
        else
        {
            Write(json, job);
        }
    }

    public static void Write(Utf8JsonWriter json, StorageJob job)
    {
        json.WriteStartObject();
        json.WriteString("id", job.Id);
        json.WriteString("kind", job.Kind);
        json.WriteString("state", NameOf(job.State));
        json.WriteBoolean("cancelRequested", job.IsCancelRequested);
        Write(json, "startedAt", job.StartedAt);
        Write(json, "updatedAt", job.UpdatedAt);
        json.WriteString("owner", job.Owner);
        json.WriteNumber("run", job.Run);
        json.WriteStartObject("parameters");
        foreach (var (name, value) in job.Parameters)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("after", job.After);
        json.WriteStartObject("counters");
        foreach (var (name, value) in job.Counters)
        {
            json.WriteNumber(name, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("lastFailures");
        foreach (var failure in job.LastFailures)
        {
            json.WriteStartObject();
            json.WriteString("item", failure.Item);
            json.WriteString("reason", failure.Reason);
            json.WriteString("at", failure.At.UtcDateTime);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("failure", job.Failure);
        json.WriteEndObject();
    }

    private static IEnumerable<(string Name, string Value)> Rows(StorageJob job)
    {
        yield return ("Job", job.Id);
        yield return ("State", StateOf(job));
        yield return ("Started", Time(job.StartedAt));
        yield return ("Checkpoint", Time(job.UpdatedAt));
        yield return ("Owner", job.Owner ?? "-");
        yield return ("Run", job.Run == 0 ? "-" : job.Run.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in job.Parameters)
        {
            yield return ("Parameter", $"{name} = {value}");
        }

        yield return ("After", job.After ?? "-");
        foreach (var (name, value) in job.Counters)
        {
            yield return ("Counter", string.Create(CultureInfo.InvariantCulture, $"{name} = {value:N0}"));
        }

        foreach (var failure in job.LastFailures)
        {
            yield return ("Item failed", $"{failure.Item}: {failure.Reason}");
        }

        if (job.Failure is { } reason)
        {
            yield return ("Failure", reason);
        }
    }

    private static string StateOf(StorageJob job) => job is { IsCancelRequested: true, State: StorageJobState.Running } ? "cancelling" : NameOf(job.State);

    private static string Progress(StorageJob job) => string.Join(", ", job.Counters.Select(counter => string.Create(CultureInfo.InvariantCulture, $"{counter.Key} {counter.Value:N0}")));

    private static string Time(DateTimeOffset? time) => time is { } at ? Quantity.Time(at) : "-";

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } at)
        {
            json.WriteString(name, at.UtcDateTime);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
