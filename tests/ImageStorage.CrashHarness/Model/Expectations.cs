using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Model;

/// <summary>
/// What a store may hold after the acts that it was given: for each item the set of states that the acknowledgements
/// allow. An acknowledged act leaves one state, an act in flight two.
/// </summary>
internal sealed class Expectations
{
    private static readonly HashSet<ItemState> Nothing = [ItemState.Absent];
    private readonly Dictionary<string, HashSet<ItemState>> _items = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Outcome>> _races = new(StringComparer.Ordinal);

    /// <summary>Acts that answered what no possible state explains.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>All items that may be there.</summary>
    public IEnumerable<string> Items => _items.Keys;

    /// <summary>The keys for which writers raced since the last adoption, with what became of each one's act.</summary>
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
        if (outcome.Act.Kind == ActKind.Race)
        {
            if (!_races.TryGetValue(outcome.Act.Target, out var race))
            {
                _races.Add(outcome.Act.Target, race = []);
            }

            race.Add(outcome);
            return;
        }

        var item = outcome.Act.Item;
        var before = Of(item);
        _items[item] = outcome.Kind switch
        {
            OutcomeKind.Acknowledged => Acknowledge(outcome, before),
            OutcomeKind.FailedVisible => [.. before.Select(state => Step(outcome, state))],
            OutcomeKind.Unknown => [.. before, .. before.Select(state => Step(outcome, state))],
            _ => [.. before],
        };
    }

    /// <summary>From here on, what was seen is what there is.</summary>
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
        var explained = before.Where(state => AnswerOf(outcome.Act, state) == outcome.Answer).ToList();
        if (explained.Count == 0)
        {
            Violations.Add($"{outcome.Act} answered {outcome.Answer}, though its item was {string.Join(" or ", before)}");
            explained = [.. before];
        }

        return [.. explained.Select(state => Step(outcome, state))];
    }

    private static bool AnswerOf(Act act, ItemState state) => act.Kind is not (ActKind.Update or ActKind.Delete or ActKind.DeleteDocument) || state.IsThere;

    private static ItemState Step(Outcome outcome, ItemState state) => outcome.Act.Kind switch
    {
        ActKind.Save => new ItemState(outcome.Act.Id, outcome.Act.Id, outcome.ETag, state.IsThere && state.Created != 0 ? state.Created : outcome.Created),
        ActKind.Update => state.IsThere ? state with { Act = outcome.Act.Id, ETag = outcome.ETag } : state,
        ActKind.PutDocument => new ItemState(outcome.Act.Id, outcome.Act.Id),
        ActKind.Mark or ActKind.Count => new ItemState(null, outcome.Act.Id),
        _ => ItemState.Absent,
    };
}
