using System.Globalization;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>One writer of a worker: does random acts to keys of its own, and, where there is another process, some that collide with it.</summary>
internal sealed class RandomWriter(OpenStore store, AckLog log, WorkerOptions options, int writer, Gate? gate)
{
    // Of so many acts of a writer that meets another process, all but one collide with it.
    private const int OwnEvery = 5;

    // Short and always the same, so that both come to their commit at the same time.
    private const string RaceLength = "~200";
    private readonly Random _random = new(Seeds.Of(options.Seed, options.Round, writer));
    private readonly ActPerformer _performer = new(store, log);
    private readonly HashSet<string> _existing = new(StringComparer.Ordinal);
    private int _number;
    private int _shared;

    public async Task RunAsync()
    {
        var query = new ImageQuery { Order = ImageOrder.KeyAscending, Prefix = SharedNames.FrontOf(writer), Limit = ImageQuery.MaxLimit };
        await foreach (var info in store.Images.EnumerateAsync(query))
        {
            _existing.Add(info.Key.Value);
        }

        var keys = SharedNames.KeysOf(writer);
        while (options.Acts == 0 || _number < options.Acts)
        {
            var act = gate is not null && _number % OwnEvery != 0 ? NextShared(gate) : Next(keys);
            _number++;
            await _performer.PerformAsync(act);
        }
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{options.Round}-{writer}-{_number}");

    private Act Next(IReadOnlyList<string> keys)
    {
        if (_random.Next(5) == 0)
        {
            var names = SharedNames.DocumentsOf(writer);
            return new Act(NextId(), _random.Next(4) == 0 ? ActKind.DeleteDocument : ActKind.PutDocument, names[_random.Next(names.Count)]);
        }

        // Now and then a key in a folder that was never there; such keys are the first to go again.
        var fresh = _existing.Where(known => !keys.Contains(known)).Order(StringComparer.Ordinal).FirstOrDefault();
        var key = fresh ?? (_random.Next(30) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{SharedNames.FrontOf(writer)}new/{options.Round}/{_number}/fresh.png") : keys[_random.Next(keys.Count)]);
        var kind = fresh is not null ? ActKind.Delete
            : !_existing.Contains(key) ? ActKind.Save
            : _random.Next(4) switch
            {
                0 => ActKind.Delete,
                1 => ActKind.Update,
                _ => ActKind.Save,
            };
        _ = kind == ActKind.Delete ? _existing.Remove(key) : _existing.Add(key);
        return new Act(NextId(), kind, key);
    }

    private Act NextShared(Gate meeting)
    {
        var number = meeting.Meet(_shared);
        _shared = number + 1;
        return (number % 4) switch
        {
            1 => new Act(NextId(), ActKind.Mark, SharedNames.MarkedImage),
            3 => new Act(NextId(), ActKind.Count, SharedNames.CountDocument),
            _ => new Act(NextId() + RaceLength, ActKind.Race, SharedNames.RaceKey(options.Round, number)),
        };
    }
}
