using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Tracing;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Sweep;

/// <summary>
/// Runs a script of every kind of write again and again. Each time another of its system calls fails, until each has
/// failed in each way: with an I/O error, for lack of space, truncated, or with the process killed before the call.
/// </summary>
internal sealed class SweepCampaign(CampaignOptions options)
{
    private const int MostReported = 10;
    private readonly Evidence _evidence = new(options, "sweep");
    private readonly StoreKind _kind = StoreKinds.Find(options.Store);
    private readonly Lock _gate = new();
    private readonly List<string> _violations = [];

    // The number of calls of each kind in a run without a fault.
    private readonly Dictionary<(Script Script, IReadOnlyList<string> Calls), int> _counts = [];
    private int _runs;

    public CampaignResult Run()
    {
        var start = Stopwatch.GetTimestamp();
        var tracer = new CallTracer(_evidence.Folder);
        var stores = Script.All.ToDictionary(script => script, script => new ScriptedStore(_kind, script, Path.Join(_evidence.Folder, $"start-{script.Name}")));
        foreach (var (script, fault) in Script.All.SelectMany(script => Fault.All.Select(fault => (script, fault))))
        {
            Sweep(script, fault, tracer, stores[script]);
            Console.WriteLine($"sweep: {script.Name}, {fault.Name}: done, {_runs} runs so far, {_violations.Count} with violations, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
        }

        if (_violations.Count > 0)
        {
            return new CampaignResult("sweep", Verdict.Failed, $"{_violations.Count} of {_runs} runs: {string.Join("\n  ", _violations.Take(MostReported).Prepend(string.Empty))}");
        }

        _evidence.Remove();
        return new CampaignResult("sweep", Verdict.Passed, $"{_runs} system calls failed in {Fault.All.Count} ways, {Script.All.Sum(script => script.Operations.Count)} operations, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s");
    }

    private void Sweep(Script script, Fault fault, CallTracer tracer, ScriptedStore store)
    {
        var name = $"{script.Name}-{fault.Name.Replace(' ', '-').Replace('/', '-').Replace(",", string.Empty, StringComparison.Ordinal)}";
        if (!_counts.TryGetValue((script, fault.Calls), out var calls))
        {
            _counts[(script, fault.Calls)] = calls = (int)RunOnce(name, fault, 0, tracer, store).Matched;
        }

        // At least one call fails in each way, however few calls are of its kind.
        var first = 1 + new Random(options.Seed).Next(Math.Clamp(calls, 1, options.Every));
        var numbers = Enumerable.Range(0, calls < first ? 0 : ((calls - first) / options.Every) + 1).Select(i => first + (i * options.Every));
        Parallel.ForEach(numbers, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(2, Environment.ProcessorCount) }, number => RunOnce(name, fault, number, tracer, store));

        // Threads and faults change the number of calls a little: continue until no call is left to fail.
        if (options.Every == 1)
        {
            for (var number = calls + 1; RunOnce(name, fault, number, tracer, store).Faulted is not null;)
            {
                number++;
            }
        }
    }

    private CallTrace RunOnce(string prefix, Fault fault, int number, CallTracer tracer, ScriptedStore store)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{number}");
        var folder = store.CopyTo(Path.Join(_evidence.Folder, name));
        var log = folder + ".trace";
        using var worker = store.RunScript(folder, tracer.Inject(folder, log, fault, number));
        var trace = CallTrace.Read(log);
        var violations = new SweptRun(store, _kind, folder, fault, trace, worker.Lines).JudgeAsync().GetAwaiter().GetResult();
        lock (_gate)
        {
            _runs += trace.Faulted is null ? 0 : 1;
            if (violations.Count > 0)
            {
                _violations.Add($"{name} ({trace.Faulted}): {Evidence.Summarize(violations)}");
                _evidence.Keep(name, violations, worker);
                return trace;
            }
        }

        Directory.Delete(folder, recursive: true);
        File.Delete(log);
        return trace;
    }
}
