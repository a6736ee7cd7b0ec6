using ImageStorage.CrashHarness.Tracing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary><c>litedb:PATH</c>: a LiteDB database.</summary>
internal sealed class LiteDbStoreKind : StoreKind
{
    public override string Scheme => "litedb";

    public override string LocationIn(string folder) => Path.Join(folder, "images.db");

    // A small log, so that its pages move into the database every few operations, and crashes hit that too.
    public override void Use(ImageStorageBuilder builder, string location) => builder.UseLiteDb(options =>
    {
        options.Path = location;
        options.CheckpointBytes = 1 << 20;
    });

    public override IEnumerable<string> LeftBehind(string location)
    {
        if (File.Exists(location) && new FileInfo(location + "-log") is { Exists: true, Length: > 0 } log)
        {
            yield return $"{log.Name} with {log.Length} bytes";
        }

        foreach (var unfinished in new[] { "-new", "-new-log" }.Where(suffix => File.Exists(location + suffix)))
        {
            yield return Path.GetFileName(location) + unfinished;
        }
    }

    // A failed write is taken back, whatever it has written to the log; if that fails too, its message says so.
    public override bool IsCommit(SystemCall call, string location) => false;

    // A failed checkpoint is repeated from the log. A failed flush of the log belongs to other work (a checkpoint, a
    // document written in the background) if the commit of that work was taken back, and another flush made the commit
    // of the operation durable.
    public override bool IsUnrelatedFlush(SystemCall flush, OperationCalls calls, string location) =>
        flush.Path == location || (IsTakenBack(flush, calls.All, location) && IsDurable(calls.During, location));

    // After a failed flush nothing is written, and the flush is not repeated, before the log was truncated.
    private static bool IsTakenBack(SystemCall flush, IReadOnlyList<CallEnded> all, string location) =>
        all.FirstOrDefault(call => call.Succeeded && call.Call.Number > flush.Number && IsOfLog(call, location)) is not { Call.Cuts: false };

    // Data was written, or nothing, and then flushed before any other call on the log.
    private static bool IsDurable(IReadOnlyList<CallEnded> during, string location)
    {
        var log = during.Where(call => IsOfLog(call, location)).ToList();
        var isWritten = log.Exists(call => call.Call.Writes && !call.Call.Cuts);
        return !isWritten || log.Zip(log.Skip(1)).Any(pair => pair.First is { Succeeded: true, Call: { Writes: true, Cuts: false } } && pair.Second is { Succeeded: true, Call.Flushes: true });
    }

    private static bool IsOfLog(CallEnded call, string location) => call.Call.Path == location + "-log" && (call.Call.Writes || call.Call.Flushes);
}
