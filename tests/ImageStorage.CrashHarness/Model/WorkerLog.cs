using System.Globalization;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Model;

/// <summary>Reads the lines of a worker.</summary>
internal sealed class WorkerLog
{
    private readonly List<Outcome> _outcomes = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <param name="lines">The lines.</param>
    /// <param name="certain">
    /// The number of lines received before the power cut; acknowledgements of later lines may be lost.
    /// </param>
    public WorkerLog(IEnumerable<string> lines, int certain = int.MaxValue)
    {
        var number = 0;
        foreach (var line in lines)
        {
            Read(line, number++ < certain);
        }
    }

    /// <summary>Gets the operations in the order of their start.</summary>
    public IReadOnlyList<Outcome> Outcomes => _outcomes;

    /// <summary>Gets the exceptions outside of the contract.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Gets the failures of operations that the contract permits.</summary>
    public List<string> Failures { get; } = [];

    public int Acknowledged => _outcomes.Count(outcome => outcome.Kind == OutcomeKind.Acknowledged);

    public int InFlight => _outcomes.Count(outcome => outcome.Kind == OutcomeKind.Unknown);

    private void Read(string line, bool isCertain)
    {
        var words = line.Split(' ', 5);
        switch (words)
        {
            case ["begin", var id, var kind, var target, .. var source]:
                _places[id] = _outcomes.Count;
                _outcomes.Add(new Outcome(new Operation(id, Enum.Parse<OperationKind>(kind), target, source.FirstOrDefault()), OutcomeKind.Unknown));
                break;
            case ["ack", var id, var answer, var etag, var created] when isCertain:
                End(id, outcome => outcome with { Kind = OutcomeKind.Acknowledged, Answer = answer == "1", ETag = etag == "-" ? null : etag, Created = long.Parse(created, CultureInfo.InvariantCulture) });
                break;
            case ["refused", var id, ..] when isCertain:
                End(id, outcome => outcome with { Kind = OutcomeKind.Refused });
                break;
            case ["fail", var id, ..] when isCertain:
                Failures.Add(line);
                End(id, outcome => outcome with { Kind = OutcomeKind.Failed });
                break;
            case ["fault", ..] when isCertain:
                Faults.Add(line);
                break;
        }
    }

    private void End(string id, Func<Outcome, Outcome> change) => _outcomes[_places[id]] = change(_outcomes[_places[id]]);
}
