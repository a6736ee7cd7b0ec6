using System.Globalization;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>
/// A writer of a worker: random operations on its own keys and, with another process, operations that collide with it.
/// </summary>
internal sealed class RandomWriter(OpenStore store, AckLog log, WorkerOptions options, int writer, Gate? gate)
{
    // Of this number of operations of a writer that meets another process, all but one collide.
    private const int OwnEvery = 5;

    // Short and always the same, so that both commit at the same time.
    private const string RaceLength = "~200";
    private readonly Random _random = new(Seeds.Of(options.Seed, options.Round, writer));
    private readonly OperationRunner _runner = new(store, log);
    private readonly HashSet<string> _existing = new(StringComparer.Ordinal);
    private readonly bool _mayMove = store.CanMove;
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
        while (options.Operations == 0 || _number < options.Operations)
        {
            var operation = gate is not null && _number % OwnEvery != 0 ? NextShared(gate) : Next(keys);
            _number++;
            await _runner.RunAsync(operation);
        }
    }

    private string NextId() => string.Create(CultureInfo.InvariantCulture, $"{options.Round}-{writer}-{_number}");

    private Operation Next(IReadOnlyList<string> keys)
    {
        if (_random.Next(5) == 0)
        {
            var names = SharedNames.DocumentsOf(writer);
            return new Operation(NextId(), _random.Next(4) == 0 ? OperationKind.DeleteDocument : OperationKind.PutDocument, names[_random.Next(names.Count)]);
        }

        // Sometimes a key in a new folder; such keys are deleted first.
        var fresh = _existing.Where(known => !keys.Contains(known)).Order(StringComparer.Ordinal).FirstOrDefault();
        var key = fresh ?? (_random.Next(30) == 0 ? string.Create(CultureInfo.InvariantCulture, $"{SharedNames.FrontOf(writer)}new/{options.Round}/{_number}/fresh.png") : keys[_random.Next(keys.Count)]);
        var kind = fresh is not null ? OperationKind.Delete
            : !_existing.Contains(key) ? OperationKind.Save
            : _random.Next(7) switch
            {
                0 => OperationKind.Delete,
                1 => OperationKind.Update,
                2 => OperationKind.Copy,
                3 => _mayMove ? OperationKind.Move : OperationKind.Copy,
                _ => OperationKind.Save,
            };
        return kind is OperationKind.Copy or OperationKind.Move ? NextCopy(kind, key, keys) : NextChange(kind, key);
    }

    private Operation NextCopy(OperationKind kind, string source, IReadOnlyList<string> keys)
    {
        var others = keys.Where(key => key != source).ToList();
        var target = others[_random.Next(others.Count)];
        _existing.Add(target);
        if (kind == OperationKind.Move)
        {
            _existing.Remove(source);
        }

        return new Operation(NextId(), kind, target, source);
    }

    private Operation NextChange(OperationKind kind, string key)
    {
        _ = kind == OperationKind.Delete ? _existing.Remove(key) : _existing.Add(key);
        return new Operation(NextId(), kind, key);
    }

    private Operation NextShared(Gate meeting)
    {
        var number = meeting.Meet(_shared);
        _shared = number + 1;
        return (number % 4) switch
        {
            1 => new Operation(NextId(), OperationKind.Mark, SharedNames.MarkedImage),
            3 => new Operation(NextId(), OperationKind.Count, SharedNames.CountDocument),
            _ => new Operation(NextId() + RaceLength, OperationKind.Race, SharedNames.RaceKey(options.Round, number)),
        };
    }
}
