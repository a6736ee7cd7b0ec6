using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Tracing;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Sweep;

/// <summary>One run of the script in which a system call went wrong, and what is to be said of it.</summary>
internal sealed class SweptRun(ScriptedStore store, StoreKind kind, string folder, Fault fault, CallTrace trace, IReadOnlyList<string> lines)
{
    private const string FullFailure = "StorageFullException";
    private const string NoSpace = "28";
    private readonly List<string> _violations = [];

    public async Task<IReadOnlyList<string>> JudgeAsync()
    {
        var log = new WorkerLog(lines);
        _violations.AddRange(log.Faults);
        if (fault.How != "kill" && (lines.Count == 0 || lines[^1] != AckLog.Done))
        {
            _violations.Add("the worker did not come to the end of its script");
        }

        var expected = store.Expected();
        foreach (var outcome in log.Outcomes)
        {
            expected.Apply(outcome.Kind is OutcomeKind.Failed or OutcomeKind.Acknowledged ? Judge(outcome) : outcome);
        }

        _violations.AddRange(await new StoreCheck(store.UriOf(folder), expected).RunAsync());
        return _violations;
    }

    private Outcome Judge(Outcome outcome)
    {
        var during = EventsOf(outcome.Act.Id);
        var faulted = during.OfType<FaultInjected>().Select(injected => injected.Call).ToList();
        if (outcome.Kind == OutcomeKind.Acknowledged)
        {
            var calls = new ActCalls([.. during.OfType<CallEnded>()], [.. trace.Events.OfType<CallEnded>()]);
            if (faulted.Find(call => call.Flushes && !kind.IsNoFlushOfAct(call, calls, kind.LocationIn(folder))) is { } flush)
            {
                _violations.Add($"{outcome.Act} was acknowledged though its flush failed: {flush}");
            }

            return outcome;
        }

        if (faulted.Count == 0)
        {
            _violations.Add($"{outcome.Act} failed, though nothing went wrong in it");
        }

        var said = lines.First(line => line.StartsWith($"fail {outcome.Act.Id} ", StringComparison.Ordinal));
        if (fault.How == NoSpace && !said.StartsWith($"fail {outcome.Act.Id} {FullFailure} ", StringComparison.Ordinal))
        {
            _violations.Add($"{outcome.Act} failed for want of space, and did not say so: {said}");
        }

        if (said.Contains(folder, StringComparison.Ordinal))
        {
            _violations.Add($"{outcome.Act} failed with a message that shows where the store lies: {said}");
        }

        var isVisible = during.OfType<CallEnded>().Any(call => call.Succeeded && kind.IsCommit(call.Call, kind.LocationIn(folder)));
        // The contract allows not to know what became of a write, if the message says so.
        if (said.Contains("took effect is unknown", StringComparison.Ordinal))
        {
            return outcome with { Kind = OutcomeKind.Unknown };
        }

        return outcome with { Kind = isVisible ? OutcomeKind.FailedVisible : OutcomeKind.Failed };
    }

    private List<TraceEvent> EventsOf(string id) =>
    [
        .. trace.Events
            .SkipWhile(line => line is not LineWritten { Line: var text } || !text.StartsWith($"begin {id} ", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line is not LineWritten),
    ];
}
