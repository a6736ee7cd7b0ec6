using System.Globalization;
using ImageStorage.History;
using ImageStorage.Tests.Models;

namespace ImageStorage.Tests.Failover;

/// <summary>
/// What the history of a store with fallbacks must answer, whatever fails: every acknowledged entry, each once, the newest first, and none that was removed. Where the outcome of
/// a call is unknown, the first whole listing tells which, and from then on it must stay.
/// </summary>
internal sealed class HistoryModel(Pair pair)
{
    private readonly ModelFaults _faults = new(pair.Parts);

    // By mode, which is another one for each entry: the id of an append that failed is not known.
    private readonly Dictionary<string, Fate> _fates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);

    private enum Fate
    {
        Unknown,
        There,
        Gone,
    }

    private ImageHistory History => new(pair.Provider, pair.Clock);

    public async Task RunAsync(IEnumerable<ModelStep> steps)
    {
        foreach (var step in steps)
        {
            pair.Clock.Advance(TimeSpan.FromMilliseconds(step.Fault % 3));
            _faults.Set(step.Fault);
            await StepAsync(step);
        }

        await ReplayAllAsync();
    }

    /// <summary>All providers come back, and all entries are replayed: the primary alone has the result, and nothing is left.</summary>
    private async Task ReplayAllAsync()
    {
        _faults.Clear();
        await ListAsync(3);
        await pair.Provider.ReconcileAsync();
        Assert.That((await pair.Provider.GetStatusAsync()).Hints, Is.Zero, "Something still waits after a reconciliation with all parts up.");
        await ListAsync(2);
        var alone = await new ImageHistory(pair.Primary.Store, pair.Clock).ListAsync(new HistoryQuery { Limit = 1000 });
        Assert.That(alone.Items.Select(entry => entry.Mode), Is.EquivalentTo(_fates.Where(pair => pair.Value == Fate.There).Select(pair => pair.Key)), "The primary alone, after the reconciliation.");
        foreach (var part in pair.Parts.Skip(1))
        {
            Assert.That(await part.Store.Documents.ListAsync("failover/"), Is.Empty, $"Documents were left on {part.Name}.");
        }
    }

    private async Task StepAsync(ModelStep step)
    {
        if (_faults.TryApply(step.Act))
        {
            return;
        }

        switch (step.Act)
        {
            case ModelAct.Restart:
                pair.Restart();
                break;
            case ModelAct.Reconcile:
                await TryAsync(() => pair.Provider.ReconcileAsync());
                break;
            case ModelAct.AppendEntry:
                await AppendAsync();
                break;
            case ModelAct.RemoveEntry:
                await RemoveAsync(step.Choice);
                break;
            case ModelAct.ListEntries:
                await TryAsync(() => ListAsync(1 + (step.Choice % 4)));
                break;
            default:
                throw new InvalidOperationException($"{step.Act} is no act of this model.");
        }
    }

    private async Task AppendAsync()
    {
        var mode = string.Create(CultureInfo.InvariantCulture, $"m{_fates.Count}");
        _fates[mode] = Fate.Unknown;
        if (await TryAsync(async () => _ids[mode] = (await History.AppendAsync(new HistoryEntry { Mode = mode })).Id!))
        {
            _fates[mode] = Fate.There;
        }
    }

    private async Task RemoveAsync(int choice)
    {
        if (_ids.Count == 0)
        {
            return;
        }

        var (mode, id) = _ids.ElementAt(choice % _ids.Count);
        var before = _fates[mode];
        bool? wasThere = null;
        if (await TryAsync(async () => wasThere = await History.RemoveAsync(id)))
        {
            Assert.That(wasThere, Is.EqualTo(before == Fate.There).Or.EqualTo(before != Fate.Gone), $"The removal of {mode}, which is {before}.");
            _fates[mode] = Fate.Gone;
        }
        else if (before == Fate.There)
        {
            _fates[mode] = Fate.Unknown;
        }
    }

    private async Task ListAsync(int limit)
    {
        var seen = new List<HistoryEntry>();
        string? token = null;
        do
        {
            var page = await History.ListAsync(new HistoryQuery { Limit = limit, ContinuationToken = token });
            seen.AddRange(page.Items);
            token = page.ContinuationToken;
        }
        while (token is not null);

        Assert.That(seen.Select(entry => entry.Mode), Is.Unique);
        Assert.That(seen.Select(entry => entry.Id), Is.Ordered.Using<string>(StringComparer.Ordinal));
        var there = seen.ToDictionary(entry => entry.Mode, entry => entry.Id!, StringComparer.Ordinal);
        foreach (var (mode, fate) in _fates.ToList())
        {
            var isThere = there.ContainsKey(mode);
            Assert.That(fate == Fate.Unknown || fate == Fate.There == isThere, Is.True, $"{mode} is {fate}, and is {(isThere ? string.Empty : "not ")}listed.");
            _fates[mode] = isThere ? Fate.There : Fate.Gone;
        }

        foreach (var (mode, id) in there)
        {
            _ids[mode] = id;
        }
    }

    /// <summary>Answers whether the call was acknowledged; none of them has a precondition.</summary>
    private async Task<bool> TryAsync(Func<Task> call)
    {
        var outcome = await ModelCalls.TryAsync(call, pair.Restart);
        Assert.That(outcome, Is.Not.EqualTo(ModelOutcome.Refused));
        return outcome == ModelOutcome.Done;
    }
}
