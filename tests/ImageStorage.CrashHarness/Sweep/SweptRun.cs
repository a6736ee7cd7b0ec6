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

        _violations.AddRange(await new StoreCheck(store.UriOf(folder), expected, endsLeases: true).RunAsync());
        return _violations;
    }

    private Outcome Judge(Outcome outcome)
    {
        var during = EventsOf(outcome.Operation.Id);
        var faulted = during.OfType<FaultInjected>().Select(injected => injected.Call).ToList();
        if (outcome.Kind == OutcomeKind.Acknowledged)
        {
            var calls = new OperationCalls([.. during.OfType<CallEnded>()], [.. trace.Events.OfType<CallEnded>()]);
            if (faulted.Find(call => call.Flushes && !kind.IsUnrelatedFlush(call, calls, kind.LocationIn(folder)) && !IsRepeated(outcome.Operation, call, calls)) is { } flush)
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
        var isInDoubt = IsFailure(said, outcome, nameof(TransactionFailedException));
        CheckMessage(outcome, said, isInDoubt);
        var isVisible = during.OfType<CallEnded>().Any(call => call.Succeeded && kind.IsCommit(call.Call, kind.LocationIn(folder)));
        // The contract permits an unknown outcome of a write, if the message says so. A move that could not be rolled back
        // is in doubt until a recovery.
        if (isInDoubt || said.Contains("took effect is unknown", StringComparison.Ordinal))
        {
            return outcome with { Kind = OutcomeKind.Unknown };
        }

        // The effects of a move that failed in any other way were rolled back.
        return outcome with { Kind = isVisible && outcome.Operation.Kind != OperationKind.Move ? OutcomeKind.FailedVisible : OutcomeKind.Failed };
    }

    private void CheckMessage(Outcome outcome, string said, bool isInDoubt)
    {
        if (fault.How == NoSpace && !IsFailure(said, outcome, FullFailure) && !(isInDoubt && said.Contains("the disk is full", StringComparison.Ordinal)))
        {
            _violations.Add($"{outcome.Operation} failed for want of space, and did not say so: {said}");
        }

        if (said.Contains(folder, StringComparison.Ordinal))
        {
            _violations.Add($"{outcome.Operation} failed with a message that shows where the store lies: {said}");
        }
    }

    private static bool IsFailure(string said, Outcome outcome, string type) => said.StartsWith($"fail {outcome.Operation.Id} {type} ", StringComparison.Ordinal);

    // A move repeats a step after a transient failure: the failed folder or document is flushed again, and the entry of
    // the index goes into another log.
    private static bool IsRepeated(Operation operation, SystemCall flush, OperationCalls calls) =>
        operation.Kind == OperationKind.Move && calls.During.Any(call => call.Succeeded && call.Call.Flushes && call.Call.Number > flush.Number
            && (call.Call.Path == flush.Path || (IsLog(call.Call.Path) && Path.GetDirectoryName(call.Call.Path) == Path.GetDirectoryName(flush.Path))));

    private static bool IsLog(string path) => path.EndsWith(".log", StringComparison.Ordinal);

    private List<TraceEvent> EventsOf(string id) =>
    [
        .. trace.Events
            .SkipWhile(line => line is not LineWritten { Line: var text } || !text.StartsWith($"begin {id} ", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line is not LineWritten),
    ];
}
