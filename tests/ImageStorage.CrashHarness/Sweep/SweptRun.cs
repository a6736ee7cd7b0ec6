using ImageStorage.CrashHarness.Checking;
using ImageStorage.CrashHarness.Model;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Tracing;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Sweep;

/// <summary>A run of the script with a failed system call, and its violations.</summary>
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
        var during = EventsOf(outcome.Operation.Id);
        var faulted = during.OfType<FaultInjected>().Select(injected => injected.Call).ToList();
        if (outcome.Kind == OutcomeKind.Acknowledged)
        {
            var calls = new OperationCalls([.. during.OfType<CallEnded>()], [.. trace.Events.OfType<CallEnded>()]);
            if (faulted.Find(call => call.Flushes && !kind.IsUnrelatedFlush(call, calls, kind.LocationIn(folder))) is { } flush)
            {
                _violations.Add($"{outcome.Operation} was acknowledged though its flush failed: {flush}");
            }

            return outcome;
        }

        if (faulted.Count == 0)
        {
            _violations.Add($"{outcome.Operation} failed, although none of its calls failed");
        }

        var said = lines.First(line => line.StartsWith($"fail {outcome.Operation.Id} ", StringComparison.Ordinal));
        if (fault.How == NoSpace && !said.StartsWith($"fail {outcome.Operation.Id} {FullFailure} ", StringComparison.Ordinal))
        {
            _violations.Add($"{outcome.Operation} failed for want of space, and did not say so: {said}");
        }

        if (said.Contains(folder, StringComparison.Ordinal))
        {
            _violations.Add($"{outcome.Operation} failed with a message that shows where the store lies: {said}");
        }

        var isVisible = during.OfType<CallEnded>().Any(call => call.Succeeded && kind.IsCommit(call.Call, kind.LocationIn(folder)));
        // The contract permits an unknown outcome of a write, if the message says so.
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
