using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Sweep;
using ImageStorage.CrashHarness.Tracing;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Replay;

/// <summary>
/// Records the system calls of each script once. Then lays out, for every moment, the states that a power cut may leave
/// on a disk that keeps only flushed data: without the unflushed changes, with all of them, and with random parts of
/// them. Each state is a store that must keep all promises. Needs no root.
/// </summary>
/// <remarks>
/// The idea is that of ALICE (Pillai et al., "All File Systems Are Not Created Equal", OSDI 2014).
/// </remarks>
internal sealed class ReplayCampaign(CampaignOptions options)
{
    private const int RandomStates = 4;
    private const int MostReported = 10;
    private readonly Evidence _evidence = new(options, "replay");
    private readonly StoreKind _kind = StoreKinds.Find(options.Store);
    private readonly List<string> _violations = [];
    private int _moments;
    private int _states;

    public CampaignResult Run()
    {
        var start = Stopwatch.GetTimestamp();
        var tracer = new CallTracer(_evidence.Folder);
        foreach (var script in Script.All)
        {
            Replay(script, tracer);
        }

        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (_violations.Count > 0)
        {
            return new CampaignResult("replay", Verdict.Failed, $"{_violations.Count} of {_states} states: {string.Join("\n  ", _violations.Take(MostReported).Prepend(string.Empty))}");
        }

        _evidence.Remove();
        return new CampaignResult("replay", Verdict.Passed, $"{_states} states of a power cut at {_moments} moments, all sound, {took:F0} s");
    }

    private void Replay(Script script, CallTracer tracer)
    {
        var store = new ScriptedStore(_kind, script, Path.Join(_evidence.Folder, $"{script.Name}-start"));
        var root = store.CopyTo(Path.Join(_evidence.Folder, $"{script.Name}-run"));
        var keep = Path.Join(_evidence.Folder, $"{script.Name}-keep");
        Directory.CreateDirectory(keep);
        var log = root + ".trace";
        using (store.RunScript(root, tracer.Watch(root, log, keep)))
        {
        }

        Replay(CallTrace.Read(log), new StrictDisk(root, store.Folder), store, root, keep);
    }

    private void Replay(CallTrace trace, StrictDisk disk, ScriptedStore store, string root, string keep)
    {
        var random = new Random(options.Seed);
        var lines = new List<string>();
        var skip = random.Next(options.Every);
        for (var at = 0; at < trace.Events.Count; at++)
        {
            var changed = trace.Events[at] switch
            {
                CallEnded ended => disk.Apply(ended, at),
                LineWritten written => Add(lines, written.Line),
                _ => false,
            };
            if (!changed || skip-- > 0)
            {
                continue;
            }

            skip = options.Every - 1;
            _moments++;
            Check("nothing", at, _ => false, 0);
            Check("everything", at, _ => true, 2);
            for (var i = 0; i < RandomStates && disk.Pending.Count > 0; i++)
            {
                var kept = disk.Pending.Where(_ => random.Next(2) == 0).ToHashSet();
                Check(string.Create(CultureInfo.InvariantCulture, $"part{i}"), at, kept.Contains, random.Next(3));
            }
        }

        static bool Add(List<string> lines, string line)
        {
            lines.Add(line);
            return line.StartsWith("ack ", StringComparison.Ordinal);
        }

        void Check(string name, int at, Func<PendingChange, bool> keeps, int halves)
        {
            var expected = store.Expected();
            expected.Apply(new WorkerLog(lines));
            var folder = Path.Join(_evidence.Folder, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(root)}-cut{at}-{name}"));
            LayOut(disk, disk.AfterCut(keeps), root, folder, keep, halves);
            var violations = new StoreCheck(_kind.UriIn(folder), expected, endsLeases: true).RunAsync().GetAwaiter().GetResult();
            _states++;
            if (violations.Count > 0)
            {
                _violations.Add($"cut after event {at} ({trace.Events[at]}), of the unflushed changes {name} kept: {Evidence.Summarize(violations)}");
                _evidence.Keep(Path.GetFileName(folder), violations.Prepend($"kept: {string.Join(", ", disk.Pending.Where(keeps))}"));
                return;
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// Creates the files of a state. A name whose folder is gone is gone too. Of unflushed bytes none, the first half,
    /// or all are present, for 0, 1 and 2 halves.
    /// </summary>
    private static void LayOut(StrictDisk disk, IReadOnlyDictionary<string, DiskEntry> entries, string root, string folder, string keep, int halves)
    {
        Directory.CreateDirectory(folder);

        // In the order of names a folder precedes its content.
        foreach (var (path, entry) in entries)
        {
            var target = Path.Join(folder, Path.GetRelativePath(root, path));
            if (!Directory.Exists(Path.GetDirectoryName(target)))
            {
                continue;
            }

            if (entry.IsFolder)
            {
                Directory.CreateDirectory(target);
                continue;
            }

            File.Copy(entry.Origin ?? Path.Join(keep, entry.Inode.ToString(CultureInfo.InvariantCulture)), target);
            if (entry.Origin is null)
            {
                // The file as it was at the end of the run.
                var lengths = disk.LengthsOf(entry.Inode);
                using var file = File.OpenWrite(target);
                file.SetLength(lengths.Flushed + ((lengths.Length - lengths.Flushed) * halves / 2));
            }
        }
    }
}
