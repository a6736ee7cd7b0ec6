using System.Globalization;
using ImageStorage.Diagnostics.Alerts;

namespace ImageStorage.Analytics;

/// <summary>
/// The alerts of one store: raises an alert when a reading reaches its threshold, and resolves the alert after two calm
/// minutes. <see cref="Apply"/> is never called concurrently; the other members are thread-safe.
/// </summary>
internal sealed class AlertBoard(string store, TimeProvider clock) : IActiveAlerts
{
    // The engine must stay small whatever a rule of the application returns.
    private const int MaxActive = 1000;
    private const int MaxResolved = 100;
    private const int CalmMinutes = 2;
    private const double UsualCalm = 0.8;

    private readonly Dictionary<(string Rule, string? Part, string? Subject), Entry> _active = [];
    private readonly Queue<StorageAlert> _resolved = new();
    private volatile IReadOnlyList<StorageAlert> _all = [];

    /// <summary>Gets the active alerts and the last resolved ones, the newest first.</summary>
    public IReadOnlyList<StorageAlert> All => _all;

    public IReadOnlyList<StorageAlert> Active => [.. _all.Where(alert => alert.ResolvedAt is null)];

    /// <summary>Applies the readings of one rule.</summary>
    /// <param name="rule">The name of the rule.</param>
    /// <param name="readings">The readings.</param>
    /// <param name="isMinute">Whether a minute has passed since the last readings that counted for the end of alerts.</param>
    /// <returns>The alerts that were raised, whose severity has risen, or that were resolved.</returns>
    public IReadOnlyList<StorageAlert> Apply(string rule, IReadOnlyList<AlertReading> readings, bool isMinute)
    {
        var changed = new List<StorageAlert>();
        var calm = _active.Keys.Where(key => key.Rule == rule).ToHashSet();
        foreach (var reading in readings)
        {
            var key = (rule, reading.Part, reading.Subject);
            if (reading.Value >= reading.Threshold)
            {
                calm.Remove(key);
                if (Raise(key, reading) is { } raised)
                {
                    changed.Add(raised);
                }
            }
            else if (reading.Value > (reading.CalmUpTo ?? (reading.Threshold * UsualCalm)) && calm.Remove(key))
            {
                _active[key].Calm = 0;
            }
        }

        changed.AddRange(isMinute ? calm.Select(Settle).OfType<StorageAlert>() : []);
        if (changed.Count > 0)
        {
            _all = [.. _active.Values.Select(entry => entry.Alert).Concat(_resolved).OrderByDescending(alert => alert.RaisedAt)];
        }

        return changed;
    }

    private StorageAlert? Raise((string Rule, string? Part, string? Subject) key, AlertReading reading)
    {
        if (_active.TryGetValue(key, out var known))
        {
            known.Calm = 0;
            if (reading.Severity <= known.Alert.Severity)
            {
                return null;
            }

            return known.Alert = known.Alert with { Severity = reading.Severity, Message = reading.Message, Remedy = reading.Remedy };
        }

        if (_active.Count >= MaxActive)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        var alert = new StorageAlert
        {
            Id = string.Join('/', new[] { store, key.Rule, key.Part, key.Subject, now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) }.OfType<string>()),
            Rule = key.Rule,
            Severity = reading.Severity,
            Store = store,
            Part = reading.Part,
            Message = reading.Message,
            Remedy = reading.Remedy,
            RaisedAt = now,
        };
        _active[key] = new Entry(alert);
        return alert;
    }

    private StorageAlert? Settle((string Rule, string? Part, string? Subject) key)
    {
        var entry = _active[key];
        if (++entry.Calm < CalmMinutes)
        {
            return null;
        }

        _active.Remove(key);
        var resolved = entry.Alert with { ResolvedAt = clock.GetUtcNow() };
        _resolved.Enqueue(resolved);
        if (_resolved.Count > MaxResolved)
        {
            _resolved.Dequeue();
        }

        return resolved;
    }

    private sealed class Entry(StorageAlert alert)
    {
        public StorageAlert Alert { get; set; } = alert;

        /// <summary>Gets or sets the number of calm minutes in a row.</summary>
        public int Calm { get; set; }
    }
}
