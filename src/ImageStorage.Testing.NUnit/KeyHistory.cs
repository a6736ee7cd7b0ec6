namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Records the writes and reads of one key, with the order in which calls began and ended, to find reads that no single
/// history explains. Written values are unique, so each read identifies its write.
/// </summary>
/// <remarks>
/// The checks are the necessary conditions of linearizability that need no search. Together they catch lost, stale,
/// resurrected and reverted values. A read sees a write that had begun. A read never sees a write that was certainly
/// replaced before the read began. Two consecutive reads never see two consecutive writes in the wrong order.
/// </remarks>
internal sealed class KeyHistory
{
    private readonly Lock _gate = new();
    private readonly List<Operation> _writes = [new Operation(0, 0, null)];
    private readonly List<Operation> _reads = [];
    private long _now;

    public async Task WriteAsync(int? value, Func<Task> write)
    {
        var start = Interlocked.Increment(ref _now);
        await write();
        Add(_writes, new Operation(start, Interlocked.Increment(ref _now), value));
    }

    public async Task ReadAsync(Func<Task<int?>> read)
    {
        var start = Interlocked.Increment(ref _now);
        var value = await read();
        Add(_reads, new Operation(start, Interlocked.Increment(ref _now), value));
    }

    public IEnumerable<string> Violations()
    {
        foreach (var read in _reads)
        {
            var sources = Sources(read);
            if (!sources.Any(source => source.Start < read.End))
            {
                yield return $"{read} saw a value whose write had not begun.";
            }
            else if (sources.All(source => _writes.Any(other => other.Value != read.Value && source.End < other.Start && other.End < read.Start)))
            {
                yield return $"{read} saw a value that had been replaced before the read began.";
            }
        }

        foreach (var first in _reads.Where(read => read.Value is not null))
        {
            foreach (var second in _reads.Where(read => read.Value is not null && first.End < read.Start))
            {
                if (Sources(second)[0].End < Sources(first)[0].Start)
                {
                    yield return $"{second} saw an older value than {first}.";
                }
            }
        }
    }

    private List<Operation> Sources(Operation read) => [.. _writes.Where(write => write.Value == read.Value)];

    private void Add(List<Operation> list, Operation operation)
    {
        lock (_gate)
        {
            list.Add(operation);
        }
    }

    private sealed record Operation(long Start, long End, int? Value);
}
