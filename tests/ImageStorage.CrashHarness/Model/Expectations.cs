using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Model;

/// <summary>
/// The permitted states of a store after its operations: for each item, the states that agree with the
/// acknowledgements. An acknowledged operation permits one state, an operation in flight two.
/// </summary>
internal sealed class Expectations
{
    private static readonly HashSet<ItemState> Nothing = [ItemState.Absent];
    private readonly Dictionary<string, HashSet<ItemState>> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Outcome>> _races = new(StringComparer.Ordinal);

    /// <summary>Gets the operations whose result contradicts all permitted states.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>Gets all items that may exist.</summary>
    public IEnumerable<string> Items => _items.Keys;

    /// <summary>
    /// Gets the keys for which writers raced since the last adoption, with the outcome of each operation.
    /// </summary>
    public IReadOnlyDictionary<string, List<Outcome>> Races => _races;

    public Expectations Clone()
    {
        var clone = new Expectations();
        foreach (var (item, states) in _items)
        {
            clone._items[item] = states;
        }

        return clone;
    }

    public IReadOnlySet<ItemState> Of(string item) => _items.GetValueOrDefault(item, Nothing);

    public void Apply(WorkerLog log)
    {
        foreach (var outcome in log.Outcomes)
        {
            Apply(outcome);
        }
    }

    public void Apply(Outcome outcome)
    {
        if (outcome.Operation.Kind == OperationKind.Race)
        {
            if (!_races.TryGetValue(outcome.Operation.Target, out var race))
            {
                _races.Add(outcome.Operation.Target, race = []);
            }

            race.Add(outcome);
            return;
        }

        var item = outcome.Operation.Item;
        var before = Of(item);
        _items[item] = outcome.Kind switch
        {
            OutcomeKind.Acknowledged => Acknowledge(outcome, before),
            OutcomeKind.FailedVisible => [.. before.Select(state => Step(outcome, state))],
            OutcomeKind.Unknown => [.. before, .. before.Select(state => Step(outcome, state))],
            _ => [.. before],
        };
    }

    /// <summary>Adopts the found states as the only permitted states.</summary>
    public void Adopt(IReadOnlyDictionary<string, ItemState> seen)
    {
        _items.Clear();
        _races.Clear();
        foreach (var (item, state) in seen)
        {
            _items[item] = [state];
        }
    }

    private HashSet<ItemState> Acknowledge(Outcome outcome, IReadOnlySet<ItemState> before)
    {
        var explained = before.Where(state => AnswerOf(outcome.Operation, state) == outcome.Answer).ToList();
        if (explained.Count == 0)
        {
            Violations.Add($"{outcome.Operation} answered {outcome.Answer}, though its item was {string.Join(" or ", before)}");
            explained = [.. before];
        }

        return [.. explained.Select(state => Step(outcome, state))];
    }

    private static bool AnswerOf(Operation operation, ItemState state) => operation.Kind is not (OperationKind.Update or OperationKind.Delete or OperationKind.DeleteDocument) || state.IsThere;

    private static ItemState Step(Outcome outcome, ItemState state) => outcome.Operation.Kind switch
    {
        OperationKind.Save => new ItemState(outcome.Operation.Id, outcome.Operation.Id, outcome.ETag, state.IsThere && state.Created != 0 ? state.Created : outcome.Created),
        OperationKind.Update => state.IsThere ? state with { Operation = outcome.Operation.Id, ETag = outcome.ETag } : state,
        OperationKind.PutDocument => new ItemState(outcome.Operation.Id, outcome.Operation.Id),
        OperationKind.Mark or OperationKind.Count => new ItemState(null, outcome.Operation.Id),
        _ => ItemState.Absent,
    };
}
