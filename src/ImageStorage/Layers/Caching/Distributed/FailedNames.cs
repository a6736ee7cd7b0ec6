namespace ImageStorage.Caching.Distributed;

/// <summary>The entries that failed a moment ago while the server answered otherwise. Such an entry is not used for a while, and no other entry is affected.</summary>
/// <param name="pause">How long an entry is not used.</param>
/// <param name="clock">The clock of the pause.</param>
internal sealed class FailedNames(TimeSpan pause, TimeProvider clock)
{
    // What is not remembered is tried again, and fails again.
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
