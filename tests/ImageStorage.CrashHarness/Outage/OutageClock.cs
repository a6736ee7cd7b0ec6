using System.Diagnostics;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>Is the primary cut off, and since when not?</summary>
internal sealed class OutageClock
{
    // A breaker stays open for a quarter of a minute, a request that was stalled takes a while to end, and then there may be a backlog.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private bool _isOut;
    private int _changes;
    private long _endedAt;

    /// <summary>Grows with each beginning and end of an outage; odd while there is one.</summary>
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

    /// <summary>Was there an outage at any moment since this number of changes?</summary>
    public bool OverlapsSince(int changes) => changes % 2 == 1 || Changes != changes;

    /// <summary>May the store still feel an outage at any moment since this number of changes?</summary>
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
