using ImageStorage.Analytics.Rules;
using ImageStorage.Coordination;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;

namespace ImageStorage.Analytics;

/// <summary>
/// The background work of the analytics of one store: once a minute, it observes the parts, closes the minute and evaluates
/// the rules. A critical operation wakes it. An operation never waits for the monitor.
/// </summary>
internal sealed class StorageMonitor : IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan CountInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan ObservationTimeout = TimeSpan.FromSeconds(5);

    private readonly MonitorComponents _components;
    private readonly CriticalOperationRule[] _critical = CriticalOperationRule.CreateAll();
    private readonly List<AlertRule> _rules;
    private readonly HashSet<string> _conditions = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private BackgroundLoop? _loop;
    private bool _isClosed;

    /// <summary>Creates a monitor, which does nothing before <see cref="Start"/>.</summary>
    public StorageMonitor(MonitorComponents components)
    {
        _components = components;
        _rules = [new ErrorRateRule(), new LatencyRule(), new NearlyFullRule(), new CorruptionRule(), new BreakerRule(), new HintBacklogRule(), .. components.Rules];
    }

    private OperationRecorder Recorder => _components.Figures.Recorder;

    /// <summary>Starts the background work. A second call does nothing.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (_loop is not null || _isClosed)
            {
                return;
            }

            _loop = new BackgroundLoop(TakeTurnAsync, Interval, _components.Clock, exception => Log.MonitorFailed(_components.Logger, exception));
        }

        // The parts get their names in metrics before the first operation.
        _ = _components.Figures.Parts;
        Recorder.CriticalDuration = _components.Options.SlowOperation;
        Recorder.OnCritical = OnCritical;
        Recorder.OnDamage = () => Wake();
    }

    /// <summary>Evaluates the rules now, or after the present evaluation.</summary>
    /// <returns>A task that completes after the evaluation.</returns>
    public Task Wake() => _loop?.Wake() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        BackgroundLoop? loop;
        lock (_gate)
        {
            (loop, _isClosed) = (_loop, true);
        }

        if (loop is not null)
        {
            await loop.DisposeAsync().ConfigureAwait(false);
        }

        (Recorder.OnCritical, Recorder.OnDamage) = (null, null);
        await _components.Handlers.DisposeAsync().ConfigureAwait(false);
        foreach (var poster in _components.Posters)
        {
            await poster.DisposeAsync().ConfigureAwait(false);
        }
    }

    // A container that is disposed synchronously cannot await. The check in progress is cancelled, so the wait is short.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task TakeTurnAsync(bool isMinute, CancellationToken cancellationToken)
    {
        if (isMinute)
        {
            await ObserveAsync(cancellationToken).ConfigureAwait(false);
        }

        var report = _components.Figures.Report(_components.Options.Window, _components.Board.Active);
        var context = new AlertContext(report, _components.Options);
        foreach (var rule in _rules.Concat(_critical))
        {
            Evaluate(rule, context, isMinute);
        }

        EvaluateConditions(isMinute);

        if (isMinute)
        {
            foreach (var rule in _critical)
            {
                rule.Reset();
            }
        }
    }

    private static AlertReading ReadingOf(StorageCondition condition) =>
        new() { Value = 1, Subject = condition.Subject, Severity = condition.Severity, Message = condition.Message, Remedy = condition.Remedy };

    private void OnCritical(string operation, OperationSample sample)
    {
        foreach (var rule in _critical)
        {
            // Only the first operation of a minute wakes the loop, so an outage costs its operations one increment.
            if (rule.Watches(sample) && rule.Add(operation, sample))
            {
                Wake();
            }
        }
    }

    private void Evaluate(AlertRule rule, AlertContext context, bool isMinute)
    {
        try
        {
            Publish(_components.Board.Apply(rule.Name, [.. rule.Read(context)], isMinute));
        }
        catch (Exception exception)
        {
            // The boundary to the rules of the application: the other rules are still evaluated.
            Log.RuleFailed(_components.Logger, exception, rule.GetType().ToString());
        }
    }

    private void EvaluateConditions(bool isMinute)
    {
        var conditions = _components.Conditions.SelectMany(source => source.Conditions).ToLookup(condition => condition.Rule);
        _conditions.UnionWith(conditions.Select(rule => rule.Key));
        foreach (var rule in _conditions)
        {
            Publish(_components.Board.Apply(rule, [.. conditions[rule].Select(ReadingOf)], isMinute));
        }
    }

    private void Publish(IReadOnlyList<StorageAlert> changed)
    {
        foreach (var alert in changed)
        {
            var isRaised = alert.ResolvedAt is null;
            if (!isRaised)
            {
                Log.AlertResolved(_components.Logger, alert.Rule, alert.Store, alert.Message);
            }
            else if (alert.Severity == AlertSeverity.Critical)
            {
                Log.CriticalAlertRaised(_components.Logger, alert.Rule, alert.Store, alert.Message, alert.Remedy);
            }
            else
            {
                Log.AlertRaised(_components.Logger, alert.Rule, alert.Store, alert.Message, alert.Remedy);
            }

            StorageEvent occurred = isRaised
                ? new AlertRaised { At = alert.RaisedAt, Alert = alert }
                : new AlertResolved { At = alert.ResolvedAt!.Value, Alert = alert };
            _components.Events.Publish(occurred);
            _components.Handlers.Publish(occurred);
        }
    }

    // What costs a call is read here, so that the report, the metrics and the rules make no call. A part that this process
    // has not called yet stays alone: the first call would open a database that belongs to another process.
    internal async Task ObserveAsync(CancellationToken cancellationToken)
    {
        var parts = _components.Figures.Parts;
        var hints = await TryAsync(async token => await HintsAsync(token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        foreach (var measured in parts.Where(part => part.Recorder.WasCalled))
        {
            var space = measured.Part.Provider.GetAbility<IStorageSpace>();
            measured.Recorder.State = new PartState(
                space is null ? null : await TryAsync(space.GetAvailableBytesAsync, cancellationToken).ConfigureAwait(false),
                space is null ? null : await TryAsync(space.GetTotalBytesAsync, cancellationToken).ConfigureAwait(false),
                hints?.GetValueOrDefault(measured.Part.Name));
        }

        if (_components.Options.Capacity is not null && parts.FirstOrDefault(part => part.Part.Role == ProviderRole.Primary) is { } primary
            && (primary.Recorder.Usage?.CountedAt is not { } counted || _components.Clock.GetUtcNow() - counted >= CountInterval))
        {
            await TryCountAsync(primary.Part.Provider, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Dictionary<string, int?>?> HintsAsync(CancellationToken cancellationToken) =>
        _components.Failover() is { } failover && _components.Figures.Parts.Any(part => part.Recorder.WasCalled)
            ? (await failover.GetStatusAsync(cancellationToken).ConfigureAwait(false)).Fallbacks.ToDictionary(fallback => fallback.Name, fallback => fallback.Hints)
            : null;

    // The instrumentation of the part keeps the count.
    private async Task TryCountAsync(IImageProvider provider, CancellationToken cancellationToken)
    {
        try
        {
            await provider.GetUsageAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ImageStorageException exception)
        {
            Log.CountFailed(_components.Logger, exception.GetType().Name);
        }
    }

    /// <summary>Makes a call with a time limit. A failure leaves the value unknown; the log of the part has the failure.</summary>
    private async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T?>> call, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ObservationTimeout, _components.Clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await call(both.Token).WaitAsync(both.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ImageStorageException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return default;
        }
    }
}
