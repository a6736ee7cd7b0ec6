using System.Text;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// What a worker tells its parent: that an act begins, and how it ended. Each line is one plain write to a pipe, so it
/// outlives the worker, and lies outside of the file system whose power is cut.
/// </summary>
internal sealed class AckLog(Stream output)
{
    public const string Ready = "ready";
    public const string Idle = "idle";
    public const string Done = "done";

    private readonly Lock _gate = new();

    public void Begin(Act act) => Write($"begin {act.Id} {act.Kind} {act.Target}");

    /// <summary>The act returned.</summary>
    /// <param name="act">The act.</param>
    /// <param name="answer">What it answered: was there something to update or delete?</param>
    /// <param name="info">The record that it answered.</param>
    public void Acknowledge(Act act, bool answer, ImageInfo? info) => Write($"ack {act.Id} {(answer ? 1 : 0)} {info?.ETag.ToString() ?? "-"} {info?.CreatedAt.UtcTicks ?? 0}");

    /// <summary>The act was refused because of what another writer did.</summary>
    public void Refuse(Act act) => Write($"refused {act.Id}");

    public void Fail(Act act, ImageStorageException exception) => Write($"fail {act.Id} {exception.GetType().Name} {exception.Message.ReplaceLineEndings(" | ")}");

    /// <summary>Something was thrown that the contract does not have.</summary>
    public void Fault(string what, Exception exception) => Write($"fault {what} {exception.GetType().Name} {Line(exception)}");

    public void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        lock (_gate)
        {
            output.Write(bytes);
            output.Flush();
        }
    }

    private static string Line(Exception exception) => exception.ToString().ReplaceLineEndings(" | ");
}
