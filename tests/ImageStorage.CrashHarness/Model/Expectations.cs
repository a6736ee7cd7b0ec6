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

    private readonly List<MoveInFlight> _moves = [];

    /// <summary>Gets the moves in flight whose images no later operation concerns.</summary>
    public IReadOnlyList<MoveInFlight> Moves => _moves;

    /// <summary>Gets a value that indicates whether a move was in flight, which the next process recovers.</summary>
    public bool HasMovesToRecover { get; private set; }

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

        clone._moves.AddRange(_moves);
        clone.HasMovesToRecover = HasMovesToRecover;

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
        // After the power failed, a writer continues until it meets a failure. A later operation on an image of a move
        // leaves nothing by which to judge the move; the states of the images are judged in any case.
        _moves.RemoveAll(move => move.IsFollowedBy(outcome.Operation));
        if (outcome.Operation.Kind == OperationKind.Race)
        {
            if (!_races.TryGetValue(outcome.Operation.Target, out var race))
            {
                _races.Add(outcome.Operation.Target, race = []);
            }

            race.Add(outcome);
            return;
        }

        if (outcome.Operation.Source is { } source)
        {
            ApplyCopy(outcome, ItemNames.Image(source));
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
        _moves.Clear();
        HasMovesToRecover = false;
        foreach (var (item, state) in seen)
        {
            _items[item] = [state];
        }
    }

    /// <summary>Applies a copy or a move: the target gets the content and the last operation of its source.</summary>
    private void ApplyCopy(Outcome outcome, string source)
    {
        var isMove = outcome.Operation.Kind == OperationKind.Move;
        var (target, from, before) = (outcome.Operation.Item, Of(source), Of(outcome.Operation.Item));
        HashSet<ItemState> copies = [.. from.Where(state => state.IsThere).SelectMany(original => before.Select(replaced => new ItemState(
            original.Content, original.Operation, outcome.ETag, isMove ? original.Created : replaced.Created != 0 ? replaced.Created : outcome.Created)))];
        if (outcome.Kind == OutcomeKind.Acknowledged && copies.Count == 0)
        {
            Violations.Add($"{outcome.Operation} succeeded, though its source did not exist");
        }

        switch (outcome.Kind)
        {
            case OutcomeKind.Acknowledged or OutcomeKind.FailedVisible:
                _items[target] = copies;
                _items[source] = isMove ? Nothing : [.. from];
                break;
            case OutcomeKind.Unknown:
                _items[target] = [.. before, .. copies];
                _items[source] = isMove ? [.. from, ItemState.Absent] : [.. from];
                if (isMove)
                {
                    _moves.Add(new MoveInFlight(outcome.Operation, from, before, copies));
                    HasMovesToRecover = true;
                }

                break;
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
