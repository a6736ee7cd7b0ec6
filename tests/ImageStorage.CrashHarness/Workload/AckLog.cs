using System.Text;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// Reports the start and the outcome of each operation to the parent. Each line is one plain write to a pipe, so the
/// line outlives the worker and is outside of the file system whose power is cut.
/// </summary>
internal sealed class AckLog(Stream output)
{
    public const string Ready = "ready";
    public const string Idle = "idle";
    public const string Done = "done";

    private readonly Lock _gate = new();

    public void Begin(Operation operation) => Write($"begin {operation}");

    /// <summary>Reports that an operation returned.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="answer">The result: <see langword="true"/> if an item to update or delete existed.</param>
    /// <param name="info">The returned record.</param>
    public void Acknowledge(Operation operation, bool answer, ImageInfo? info) => Write($"ack {operation.Id} {(answer ? 1 : 0)} {info?.ETag.ToString() ?? "-"} {info?.CreatedAt.UtcTicks ?? 0}");

    /// <summary>Reports that an operation was refused because of another writer.</summary>
    public void Refuse(Operation operation) => Write($"refused {operation.Id}");

    public void Fail(Operation operation, ImageStorageException exception) => Write($"fail {operation.Id} {exception.GetType().Name} {exception.Message.ReplaceLineEndings(" | ")}");

    /// <summary>Reports an exception outside of the contract.</summary>
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
