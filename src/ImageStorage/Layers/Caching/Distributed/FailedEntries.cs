namespace ImageStorage.Caching.Distributed;

/// <summary>
/// The names of entries that failed recently while the server worked. Such an entry is not used for a while; other
/// entries are not affected.
/// </summary>
/// <param name="pause">How long an entry is not used.</param>
/// <param name="clock">The clock of the pause.</param>
internal sealed class FailedEntries(TimeSpan pause, TimeProvider clock)
{
    // A name that does not fit is tried again and fails again.
    private const int MaxNames = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _failedAt = [];
    private volatile bool _isEmpty = true;

    public bool Contains(string name)
    {
        if (_isEmpty)
        {
            return false;
        }

        lock (_gate)
        {
            return _failedAt.TryGetValue(name, out var at) && clock.GetElapsedTime(at) < pause;
        }
    }

    public void Add(string name)
    {
        lock (_gate)
        {
            foreach (var (old, _) in _failedAt.Where(failed => clock.GetElapsedTime(failed.Value) >= pause).ToList())
            {
                _failedAt.Remove(old);
            }

            if (_failedAt.Count < MaxNames)
            {
                _failedAt[name] = clock.GetTimestamp();
            }

            _isEmpty = false;
        }
    }
}
