using ImageStorage.Analytics;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Diagnostics.Alerts;
using ImageStorage.Providers;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Analytics;

/// <summary>The rules of a store, from the operation to the handler.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlertTests : IDisposable
{
    private const string Key = "users/42/secret-name.png";

    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _clock = new(Start);
    private readonly RecordingHandler _handler = new();
    private readonly Medium _medium = new();
    private readonly PulseRule _pulse = new();
    private Func<ProviderCall, Exception?> _fault = _ => null;
    private TimeSpan _delay;
    private ServiceProvider _services = null!;

    private IImageStorage Storage => _services.GetRequiredService<IImageStorage>();

    private StorageMonitor Monitor => _services.GetRequiredKeyedService<StorageMonitor>("");

    public void Dispose() => _services?.Dispose();

    // A minute of outage: the alerts come at once and end two calm minutes after the window.
    [Test]
    public async Task Outage_raises_its_alerts_and_its_end_resolves_them()
    {
        Create();
        await SaveAsync(30);
        await MinuteAsync();
        _fault = _ => new StorageUnavailableException($"'{Key}' is out of reach.");
        await FailAsync(10);
        await _handler.WaitForAsync(alert => alert.Rule == "operation-failed");
        await MinuteAsync();
        _fault = _ => null;
        for (var minute = 0; minute < 10; minute++)
        {
            await SaveAsync(30);
            await MinuteAsync();
        }

        await _handler.WaitForAsync(alert => alert is { Rule: "error-rate", ResolvedAt: not null });
        var story = _handler.Alerts.Select(alert => (alert.Rule, IsRaised: alert.ResolvedAt is null, Minute: (int)((alert.ResolvedAt ?? alert.RaisedAt) - Start).TotalMinutes)).ToList();
        TestContext.Out.WriteLine(string.Join('\n', story));

        Assert.That(story.Take(2), Is.EquivalentTo(new[] { ("operation-failed", true, 1), ("error-rate", true, 1) }), "Both are there within the minute.");
        Assert.That(story.Skip(2).Select(part => (part.Rule, part.IsRaised)), Is.EqualTo(new[] { ("operation-failed", false), ("error-rate", false) }));
        Assert.That(_handler.Alerts.Select(alert => alert.Message + alert.Remedy), Has.None.Contains("secret"));
        Assert.That(_services.GetRequiredService<IStorageAnalytics>().GetReport().Alerts, Has.Count.EqualTo(2).And.All.Property(nameof(StorageAlert.ResolvedAt)).Not.Null);
    }

    [Test]
    public async Task Full_medium_raises_its_alert_at_once()
    {
        Create();
        _fault = call => call.Operation == ProviderOperation.Put ? new StorageFullException("No room.") : null;

        await FailAsync(1);

        var alert = await _handler.WaitForAsync(alert => alert.Rule == "storage-full");
        Assert.That((alert.Severity, alert.RaisedAt), Is.EqualTo((AlertSeverity.Critical, _clock.GetUtcNow())));
    }

    [Test]
    public async Task Slow_operation_raises_its_alert_at_once()
    {
        Create();
        _delay = TimeSpan.FromSeconds(6);

        await Storage.GetInfoAsync(Key);

        var alert = await _handler.WaitForAsync(alert => alert.Rule == "operation-slow");
        Assert.That(alert.Message, Does.Contain("get_info").And.Contain("6.0 seconds"));
    }

    [Test]
    public async Task Slow_percentile_raises_an_alert()
    {
        Create();
        _delay = TimeSpan.FromSeconds(3);
        for (var number = 0; number < 25; number++)
        {
            await Storage.GetInfoAsync(Key);
        }

        await MinuteAsync();

        Assert.That(_handler.Alerts.Select(alert => (alert.Rule, alert.Id)), Has.One.Matches<(string Rule, string Id)>(alert => alert.Rule == "latency-p95" && alert.Id.Contains("/get_info/")));
    }

    // Normal answers of a store that works.
    [Test]
    public async Task Missing_images_refused_input_conflicts_and_cancelled_operations_raise_nothing()
    {
        Create();
        using var cancelled = new CancellationTokenSource();
        for (var number = 0; number < 50; number++)
        {
            await Storage.GetInfoAsync("missing.png");
            Assert.That(() => Storage.SaveBytesAsync(Key, "no image"u8.ToArray()), Throws.InstanceOf<ImageValidationException>());
            Assert.That(() => Storage.CopyAsync("missing.png", "copy.png"), Throws.InstanceOf<ImageNotFoundException>());
            _fault = _ => new OperationCanceledException(cancelled.Token);
            Assert.That(() => Storage.DeleteAsync(Key), Throws.InstanceOf<OperationCanceledException>());
            _fault = _ => null;
        }

        await MinuteAsync();

        Assert.That(_handler.Alerts, Is.Empty);
    }

    [TestCase(0.5, null)]
    [TestCase(0.08, AlertSeverity.Warning)]
    [TestCase(0.01, AlertSeverity.Critical)]
    public async Task Nearly_full_medium_raises_an_alert(double free, AlertSeverity? expected)
    {
        Create();
        await SaveAsync(1);
        _medium.Available = (long)(free * 1e9);

        await MinuteAsync();

        Assert.That(_handler.Alerts.Where(alert => alert.Rule == "nearly-full").Select(alert => (AlertSeverity?)alert.Severity), Is.EqualTo(expected is null ? [] : new[] { expected }));
    }

    [Test]
    public async Task Capacity_counts_the_images_of_a_provider_without_a_medium()
    {
        Create(options => options.Capacity = 100);
        _medium.IsKnown = false;
        await SaveAsync(1);

        await MinuteAsync();

        Assert.That(_handler.Alerts.Single().Rule, Is.EqualTo("nearly-full"));
        Assert.That(_services.GetRequiredService<IStorageAnalytics>().GetReport().Parts.Single().Usage, Has.Property(nameof(StorageUsage.Count)).EqualTo(1));
    }

    [Test]
    public async Task Damage_raises_its_alert_at_once()
    {
        Create();
        _fault = call => call.Operation == ProviderOperation.OpenRead ? new ImageCorruptedException($"'{Key}' is damaged.") { Key = Key } : null;

        Assert.That(() => Storage.GetBytesAsync(Key), Throws.InstanceOf<ImageCorruptedException>());

        var alert = await _handler.WaitForAsync(alert => alert.Rule == "corruption");
        Assert.That((alert.Part, alert.Severity), Is.EqualTo(("InMemory", AlertSeverity.Critical)));
    }

    [Test]
    public async Task Open_breaker_raises_an_alert()
    {
        Create(builder: builder => builder.WithResilience(options => options.MaxRetries = 0));
        _fault = _ => new StorageUnavailableException("Out of reach.");
        await FailAsync(10);

        await MinuteAsync();

        Assert.That(_handler.Alerts.Single(alert => alert.Rule == "breaker-open").Part, Is.EqualTo("InMemory"));
    }

    [Test]
    public async Task Failed_job_raises_an_alert_until_the_job_succeeds()
    {
        Create();
        var jobs = _services.GetRequiredKeyedService<JobRunner>("");
        Assert.That(() => jobs.RunAsync(new JobRequest { Kind = "scrub", Work = (_, _) => throw new InvalidOperationException() }), Throws.InvalidOperationException);
        await MinuteAsync();
        await jobs.RunAsync(new JobRequest { Kind = "scrub", Work = (_, _) => Task.CompletedTask });
        await MinuteAsync();
        await MinuteAsync();

        Assert.That(_handler.Alerts.Select(alert => (alert.Rule, alert.ResolvedAt is null)), Is.EqualTo(new[] { ("job-failed", true), ("job-failed", false) }));
    }

    [Test]
    public async Task State_of_a_feature_raises_an_alert_while_it_lasts()
    {
        var source = new ConditionSource();
        Create(builder: builder => builder.Services.AddKeyedSingleton<IConditionSource>("", source));
        source.Current = [new StorageCondition("transaction-in-doubt", null, AlertSeverity.Critical, "In doubt.", "Decide.")];
        await MinuteAsync();
        source.Current = [];
        await MinuteAsync();
        await MinuteAsync();

        Assert.That(_handler.Alerts.Select(alert => (alert.Rule, alert.ResolvedAt is null)), Is.EqualTo(new[] { ("transaction-in-doubt", true), ("transaction-in-doubt", false) }));
    }

    [Test]
    public async Task Rule_of_the_application_is_evaluated_and_a_failing_rule_harms_no_other()
    {
        Create(options =>
        {
            options.Add<FailingRule>();
            options.Add<CountRule>();
        });
        await SaveAsync(3);

        await MinuteAsync();

        Assert.That(_handler.Alerts.Single().Message, Is.EqualTo("3 operations."));
    }

    [Test]
    public async Task Alerts_are_events_too()
    {
        Create();
        var events = new List<StorageEvent>();
        var received = new SemaphoreSlim(0);
        using var subscription = _services.GetRequiredService<IStorageEvents>().Subscribe(occurred =>
        {
            events.Add(occurred);
            received.Release();
        });
        _medium.Available = 1;
        await Storage.GetInfoAsync(Key);

        await MinuteAsync();
        await received.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.That(events.Single(), Is.TypeOf<AlertRaised>().With.Property(nameof(AlertRaised.Alert)).EqualTo(_handler.Alerts.Single()));
    }

    [Test]
    public async Task Health_report_has_the_active_alerts()
    {
        Create();
        _medium.Available = 1;
        await Storage.GetInfoAsync(Key);
        await MinuteAsync();

        var report = await _services.GetRequiredService<IStorageHealth>().GetReportAsync();

        Assert.That(report.Alerts.Single().Rule, Is.EqualTo("nearly-full"));
        Assert.That(report.State, Is.EqualTo(StorageHealthState.Degraded), "The alert is critical.");
    }

    private void Create(Action<AlertOptions>? configure = null, Action<ImageStorageBuilder>? builder = null)
    {
        var services = new ServiceCollection().AddSingleton<TimeProvider>(_clock).AddSingleton<IAlertHandler>(_handler);
        var store = services.AddImageStorage().UseProvider("InMemory", _ => new FaultInjectingProvider(new MediumLayer(new InMemoryImageProvider(), _medium), Fault)).WithAlerts(options =>
        {
            options.Rules.Add(_ => _pulse);
            configure?.Invoke(options);
        });
        builder?.Invoke(store);
        _services = services.BuildServiceProvider();
        _ = Storage;
        Monitor.Start();
    }

    private Exception? Fault(ProviderCall call)
    {
        if (!call.HasTakenEffect)
        {
            _clock.Advance(_delay);
        }

        return _fault(call);
    }

    private async Task SaveAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            await Storage.SaveBytesAsync(Key, SampleImages.Png());
        }
    }

    private async Task FailAsync(int count)
    {
        for (var number = 0; number < count; number++)
        {
            try
            {
                await SaveAsync(1);
                Assert.Fail("The save did not fail.");
            }
            catch (ImageStorageException)
            {
                // As wanted.
            }
        }
    }

    // Turns follow each other: a turn that was asked for later ends later.
    private async Task MinuteAsync()
    {
        await Monitor.Wake();
        var next = _pulse.Next();
        _clock.Advance(TimeSpan.FromMinutes(1));
        await next.WaitAsync(TimeSpan.FromSeconds(30));
        await Monitor.Wake();
        await _handler.SettleAsync(_services.GetRequiredService<IStorageAnalytics>());
    }

    private sealed class Medium
    {
        public bool IsKnown { get; set; } = true;

        public long Available { get; set; } = 900_000_000;
    }

    private sealed class MediumLayer(IImageProvider inner, Medium medium) : DelegatingImageProvider(inner), IStorageSpace
    {
        public Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default) => Task.FromResult<long?>(medium.IsKnown ? medium.Available : null);

        public Task<long?> GetTotalBytesAsync(CancellationToken cancellationToken = default) => Task.FromResult<long?>(medium.IsKnown ? 1_000_000_000 : null);
    }

    private sealed class ConditionSource : IConditionSource
    {
        public IReadOnlyList<StorageCondition> Current { get; set; } = [];

        public IEnumerable<StorageCondition> Conditions => Current;
    }

    /// <summary>Watches nothing, and says when the rules are evaluated.</summary>
    private sealed class PulseRule : AlertRule
    {
        private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Name => "pulse";

        public Task Next() => (_next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public override IEnumerable<AlertReading> Read(AlertContext context)
        {
            _next.TrySetResult();
            return [];
        }
    }

    private sealed class CountRule : AlertRule
    {
        public override string Name => "count";

        public override IEnumerable<AlertReading> Read(AlertContext context) => [new() { Value = context.Report.Count, Message = $"{context.Report.Count} operations.", Remedy = "None." }];
    }

    private sealed class FailingRule : AlertRule
    {
        public override string Name => "failing";

        public override IEnumerable<AlertReading> Read(AlertContext context) => throw new InvalidOperationException();
    }
}
