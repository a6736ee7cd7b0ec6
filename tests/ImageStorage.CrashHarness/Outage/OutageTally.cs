using System.Diagnostics;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>The counts, times and violations of a run.</summary>
internal sealed class OutageTally
{
    private readonly Lock _gate = new();
    private readonly List<string> _violations = [];
    private readonly SortedDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private long _lastAcknowledged;

    public long Saves { get; private set; }

    public long Reads { get; private set; }

    public long SavesInOutages { get; private set; }

    public long FailedInOutages { get; private set; }

    public long Unavailable { get; private set; }

    public TimeSpan LongestSave { get; private set; }

    /// <summary>Gets the longest time without an acknowledgement for any writer.</summary>
    public TimeSpan LongestPause { get; private set; }

    public TimeSpan LongestRead { get; private set; }

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>Gets the first line of each failure of a save, and its count.</summary>
    public IEnumerable<string> Failures => _failures.Select(failure => $"{failure.Value} x {failure.Key}");

    public double RateInOutages => SavesInOutages == 0 ? 1 : 1 - ((double)FailedInOutages / SavesInOutages);

    public void Saved(TimeSpan taken, bool inOutage)
    {
        lock (_gate)
        {
            var now = Stopwatch.GetTimestamp();
            LongestPause = _lastAcknowledged == 0 ? TimeSpan.Zero : Longer(LongestPause, Stopwatch.GetElapsedTime(_lastAcknowledged, now));
            _lastAcknowledged = now;
            CountSaveLocked(taken, inOutage);
        }
    }

    public void SaveFailed(TimeSpan taken, bool inOutage, string reason)
    {
        lock (_gate)
        {
            CountSaveLocked(taken, inOutage);
            FailedInOutages += inOutage ? 1 : 0;
            _failures[reason] = _failures.GetValueOrDefault(reason) + 1;
        }
    }

    public void WasRead(TimeSpan taken)
    {
        lock (_gate)
        {
            Reads++;
            LongestRead = Longer(LongestRead, taken);
        }
    }

    /// <summary>Counts a read of an image of the primary alone that was unavailable.</summary>
    public void WasUnavailable(TimeSpan taken)
    {
        lock (_gate)
        {
            Unavailable++;
            LongestRead = Longer(LongestRead, taken);
        }
    }

    public void Violate(string what)
    {
        lock (_gate)
        {
            _violations.Add(what);
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void CountSaveLocked(TimeSpan taken, bool inOutage)
    {
        Saves++;
        SavesInOutages += inOutage ? 1 : 0;
        LongestSave = Longer(LongestSave, taken);
    }
}
