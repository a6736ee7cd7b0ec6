using System.Diagnostics;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>Records when the primary is cut off.</summary>
internal sealed class OutageClock
{
    // A breaker stays open for 15 seconds, a stalled request takes time to end, and then a backlog may exist.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private bool _isOut;
    private int _changes;
    private long _endedAt;

    /// <summary>Gets the number of starts and ends of outages; odd during an outage.</summary>
    public int Changes
    {
        get
        {
            lock (_gate)
            {
                return _changes;
            }
        }
    }

    public void Begin() => Change(true);

    public void End() => Change(false);

    /// <summary>Returns whether an outage occurred since this number of changes.</summary>
    public bool OverlapsSince(int changes) => changes % 2 == 1 || Changes != changes;

    /// <summary>Returns whether an outage may have affected the store since this number of changes.</summary>
    public bool IsFeltSince(int changes)
    {
        lock (_gate)
        {
            return OverlapsSince(changes) || (_endedAt != 0 && Stopwatch.GetElapsedTime(_endedAt) < Recovery);
        }
    }

    private void Change(bool isOut)
    {
        lock (_gate)
        {
            if (_isOut != isOut)
            {
                (_isOut, _endedAt) = (isOut, Stopwatch.GetTimestamp());
                _changes++;
            }
        }
    }
}
