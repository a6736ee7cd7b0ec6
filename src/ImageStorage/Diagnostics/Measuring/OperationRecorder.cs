using System.Collections.Concurrent;
using System.Diagnostics;
using System.Numerics;

namespace ImageStorage.Diagnostics.Measuring;

/// <summary>
/// The one place where the operations of a store are recorded: the operations of the store, of its parts, and those that
/// the application records itself. Recording takes no lock and allocates nothing. Thread-safe.
/// </summary>
/// <remarks>
/// The time is divided into minutes. The first operation after the end of a minute, the report or the background loop moves
/// the live counts to the minute (<see cref="Collect"/>), whichever comes first.
/// </remarks>
internal sealed class OperationRecorder
{
    /// <summary>The maximum number of names of the application; operations with further names are recorded as <see cref="Other"/>.</summary>
    public const int MaxNames = 100;

    public const string Other = "other";

    // 1,600 pages of 536 bytes, and the spans: docs/design/measuring.md has the arithmetic of the 4 MB.
    private const int MaxPages = 1600;
    private const int MaxSpanMemory = 1_750_000;
    private const int UsualSeries = 16;
    private const int MaxStripes = 4;

    private static readonly IReadOnlyList<string> Names = OperationNames<StoreOperation>.All;

    private readonly Lock _gate = new();
    private readonly PageBudget _pages = new(MaxPages);
    private readonly SeriesTotals _totals = new();
    private readonly OperationSeries[] _operations;
    private readonly ConcurrentDictionary<string, OperationSeries> _applications = new(StringComparer.Ordinal);
    private readonly List<PartRecorder> _parts = [];
    private readonly long _origin;
    private readonly TimeSpan _originInMinute;
    private readonly double _nanosecondsPerTick;
    private int _open;
    private long _nextMinute;

    /// <summary>Creates a recorder.</summary>
    /// <param name="store">The name of the store; empty for the default store.</param>
    /// <param name="instruments">The instruments of the container.</param>
    /// <param name="clock">Measures durations, and divides the time into minutes.</param>
    public OperationRecorder(string store, StorageInstruments instruments, TimeProvider clock)
    {
        (Store, Instruments, Clock) = (store.Length == 0 ? "default" : store, instruments, clock);
        (_origin, Since) = (clock.GetTimestamp(), clock.GetUtcNow());
        _originInMinute = TimeSpan.FromTicks(Since.UtcTicks % TimeSpan.TicksPerMinute);
        _nanosecondsPerTick = 1e9 / clock.TimestampFrequency;
        _nextMinute = StartOf(1);
        _operations = [.. Names.Select(name => CreateSeries(name, keepsMinutes: true))];
    }

    /// <summary>Gets the name of the store in metrics and reports.</summary>
    public string Store { get; }

    public StorageInstruments Instruments { get; }

    public TimeProvider Clock { get; }

    /// <summary>Gets the time since when operations are recorded.</summary>
    public DateTimeOffset Since { get; }

    /// <summary>Gets or sets the duration from which an operation that a user waits for is critical.</summary>
    public TimeSpan CriticalDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the handler of critical operations; called on the thread of the operation.</summary>
    public Action<string, OperationSample>? OnCritical { get; set; }

    /// <summary>Gets or sets the handler of damage that was found; called on the thread of the operation.</summary>
    public Action? OnDamage { get; set; }

    /// <summary>Gets the approximate memory of all figures in bytes.</summary>
    public long Memory
    {
        get
        {
            lock (_gate)
            {
                return (_pages.Taken * 536L) + AllSeries().Sum(series => (long)series.Memory) + (_operations.Count(series => series.IsUsed) * OperationSeries.MinutesPerDay * 40L);
            }
        }
    }

    public static string NameOf(StoreOperation operation) => Names[(int)operation];

    /// <summary>Records an operation of the store.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="outcome">How the operation ended.</param>
    /// <param name="started">The timestamp of the start, by <see cref="Clock"/>.</param>
    /// <param name="waited">The time of the source of a save, which does not count.</param>
    /// <param name="bytes">The bytes of the image that was saved or opened; otherwise 0.</param>
    public void Record(StoreOperation operation, OperationOutcome outcome, long started, TimeSpan waited = default, long bytes = 0)
    {
        var sample = Measure(outcome, started, waited, bytes);
        Record(_operations[(int)operation], sample);
        if (IsCritical(operation, sample))
        {
            OnCritical?.Invoke(Names[(int)operation], sample);
        }
    }

    /// <summary>Records an operation of the application.</summary>
    public void Record(string name, in OperationSample sample)
    {
        CollectIfDue(Clock.GetTimestamp());
        Record(_applications.TryGetValue(name, out var series) ? series : AddApplication(name), sample);
    }

    /// <summary>Returns the sample of an operation that has just ended.</summary>
    public OperationSample Measure(OperationOutcome outcome, long started, TimeSpan waited, long bytes)
    {
        var now = Clock.GetTimestamp();
        CollectIfDue(now);
        return new OperationSample(outcome, Math.Max(0, (long)((now - started) * _nanosecondsPerTick) - (waited.Ticks * 100)), bytes);
    }

    /// <summary>Adds a part, whose calls the result records.</summary>
    public PartRecorder AddPart(string provider, ProviderRole role)
    {
        var part = new PartRecorder(this, provider, role, CreateSeries(provider, keepsMinutes: false));
        lock (_gate)
        {
            _parts.Add(part);
        }

        return part;
    }

    /// <summary>Reads the figures of a window, up to now.</summary>
    public TResult Read<TResult>(TimeSpan window, Func<RecorderView, TResult> read)
    {
        lock (_gate)
        {
            Collect();
            return read(new RecorderView(this, _totals, _open, FirstMinuteOf(window)));
        }
    }

    /// <summary>Returns the series of the operations, those of the application last.</summary>
    internal IEnumerable<OperationSeries> OperationsAndApplications() => _operations.Concat(_applications.Values.OrderBy(series => series.Name, StringComparer.Ordinal)).Where(series => series.IsUsed);

    internal bool IsApplication(OperationSeries series) => Array.IndexOf(_operations, series) < 0;

    /// <summary>Returns the time at which a minute begins, but not before <see cref="Since"/>.</summary>
    internal DateTimeOffset TimeOf(int minute) => minute == 0 ? Since : Since - _originInMinute + TimeSpan.FromMinutes(minute);

    private bool IsCritical(StoreOperation operation, in OperationSample sample) => OutcomeRules.IsError(sample.Outcome)
        || (sample.Nanoseconds > CriticalDuration.Ticks * TimeSpan.NanosecondsPerTick && operation <= StoreOperation.List && sample.Outcome != OperationOutcome.Cancelled);

    private void Record(OperationSeries series, in OperationSample sample)
    {
        series.Record(sample);
        if (Instruments.OperationDuration.Enabled)
        {
            Instruments.OperationDuration.Record(sample.Seconds, TagsOf(series, sample));
        }

        if (sample.Bytes > 0 && Instruments.OperationBytes.Enabled)
        {
            Instruments.OperationBytes.Record(sample.Bytes, TagsOf(series, sample));
        }
    }

    private TagList TagsOf(OperationSeries series, in OperationSample sample) => new()
    {
        { StorageInstruments.StoreTag, Store },
        { StorageInstruments.OperationTag, series.Name },
        { StorageInstruments.OutcomeTag, OutcomeRules.NameOf(sample.Outcome) },
    };

    private OperationSeries AddApplication(string name)
    {
        lock (_gate)
        {
            var known = _applications.Count < MaxNames || _applications.ContainsKey(name) ? name : Other;
            return _applications.GetOrAdd(known, added => new OperationSeries(added, 1, keepsMinutes: false, _pages));
        }
    }

    private OperationSeries CreateSeries(string name, bool keepsMinutes) =>
        new(name, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(MaxStripes, Environment.ProcessorCount)), keepsMinutes, _pages);

    private IEnumerable<OperationSeries> AllSeries() => _operations.Concat(_applications.Values).Concat(_parts.Select(part => part.Series));

    private void CollectIfDue(long now)
    {
        // Another thread that collects needs no help.
        if (now >= Volatile.Read(ref _nextMinute) && _gate.TryEnter())
        {
            try
            {
                Collect();
            }
            finally
            {
                _gate.Exit();
            }
        }
    }

    // Called under the lock. The counts since the last call are those of the minute that was open until now.
    private void Collect()
    {
        var limit = MaxSpanMemory / Math.Max(UsualSeries, AllSeries().Count(series => series.IsUsed));
        foreach (var series in AllSeries())
        {
            series.Collect(_open, limit, _totals);
        }

        _open = (int)((Clock.GetElapsedTime(_origin) + _originInMinute).Ticks / TimeSpan.TicksPerMinute);
        Volatile.Write(ref _nextMinute, StartOf(_open + 1));
    }

    private long StartOf(int minute) => _origin + (long)((TimeSpan.FromMinutes(minute) - _originInMinute).TotalSeconds * Clock.TimestampFrequency);

    // A window of more than an hour begins with an hour, because older minutes are parts of their hour.
    private int FirstMinuteOf(TimeSpan window)
    {
        var first = (int)Math.Floor((Clock.GetElapsedTime(_origin) - window + _originInMinute).TotalMinutes);
        first = first < _open - OperationSeries.MinutesPerHour ? (int)Math.Floor((double)first / OperationSeries.MinutesPerHour) * OperationSeries.MinutesPerHour : first;
        return Math.Max(Math.Max(0, _open - OperationSeries.MinutesPerDay + 1), first);
    }
}
