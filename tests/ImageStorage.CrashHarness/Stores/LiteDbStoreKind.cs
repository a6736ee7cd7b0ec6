using ImageStorage.CrashHarness.Tracing;
using ImageStorage.LiteDb;
using ImageStorage.Registration;

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

    // A checkpoint that fails is done again from the log; the act relies on the last flush of the log alone.
    public override bool IsNoFlushOfAct(SystemCall flush, IReadOnlyList<CallEnded> ended, string location) =>
        flush.Path == location || ended.Any(call => call.Result == 0 && call.Call.Flushes && call.Call.Number > flush.Number && call.Call.Path == location + "-log");
}
