using ImageStorage.CrashHarness.Tracing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.CrashHarness.Stores;

/// <summary><c>litedb:PATH</c>: a LiteDB database.</summary>
internal sealed class LiteDbStoreKind : StoreKind
{
    public override string Scheme => "litedb";

    public override string LocationIn(string folder) => Path.Join(folder, "images.db");

    // A small log, so that its pages are moved into the database every few acts, and crashes fall into that too.
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

    // A write that fails is taken back, whatever it has written to the log; where that fails too, its message says so.
    public override bool IsCommit(SystemCall call, string location) => false;

    // A checkpoint that fails is done again from the log. A failed flush of the log is that of others (a checkpoint, a document that is written
    // beside the act) if their commit was taken back, and that of the act was made durable by another one.
    public override bool IsNoFlushOfAct(SystemCall flush, ActCalls calls, string location) =>
        flush.Path == location || (IsTakenBack(flush, calls.All, location) && IsDurable(calls.During, location));

    // Nothing is written behind a flush that failed, nor is it tried again, before the log was cut.
    private static bool IsTakenBack(SystemCall flush, IReadOnlyList<CallEnded> all, string location) =>
        all.FirstOrDefault(call => call.Succeeded && call.Call.Number > flush.Number && IsOfLog(call, location)) is not { Call.Cuts: false };

    // Something was written, or nothing at all, and then flushed before anything else happened to the log.
    private static bool IsDurable(IReadOnlyList<CallEnded> during, string location)
    {
        var log = during.Where(call => IsOfLog(call, location)).ToList();
        var isWritten = log.Exists(call => call.Call.Writes && !call.Call.Cuts);
        return !isWritten || log.Zip(log.Skip(1)).Any(pair => pair.First is { Succeeded: true, Call: { Writes: true, Cuts: false } } && pair.Second is { Succeeded: true, Call.Flushes: true });
    }

    private static bool IsOfLog(CallEnded call, string location) => call.Call.Path == location + "-log" && (call.Call.Writes || call.Call.Flushes);
}
