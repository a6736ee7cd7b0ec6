using ImageStorage.Store.Composition;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Transactions.Tests;

/// <summary>The host of the next process rolls back the transactions of a dead process.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class RecoveryServiceTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly KeepingMemoryStore _store = new();
    private readonly TaskCompletionSource _recovered = new();
    private Func<CallMoment, Exception?> _fault = _ => null;
    private ServiceProvider _services = null!;
    private LateServices _service = null!;
    private ImageInfo _before = null!;

    [SetUp]
    public async Task LeaveATransactionAsync()
    {
        var clock = new TestClock();
        await using (var process = new TestProcess(_store, clock))
        {
            _before = await process.Storage.SaveBytesAsync("a.png", SampleImages.OfLength(200, 1));
        }

        await using (var process = new TestProcess(_store, clock, fault: moment => moment.Operation == "delete document transactions" ? new ProcessEndedException() : null))
        {
            Assert.CatchAsync(() => process.Transactions.ExecuteAsync([new SaveStep(new SaveRequest("a.png", new MemoryStream(SampleImages.OfLength(200, 2))))], new TransactionOptions { Retries = 0 }));
        }

        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_clock);
        services.AddImageStorage()
            .UseProvider("Memory", _ => new ObservedProvider(_store.Open(clock), moment =>
            {
                if (_fault(moment) is { } failure)
                {
                    throw failure;
                }
            }))
            .WithTransactions();
        _services = services.BuildServiceProvider();
        _services.GetRequiredService<IStorageEvents>().Subscribe(storageEvent =>
        {
            if (storageEvent is TransactionRecovered)
            {
                _recovered.TrySetResult();
            }
        });
        _service = new LateServices([.. _services.GetServices<IHostedService>().OfType<LateService>()]);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Recovery_runs_at_start_and_does_not_delay_it()
    {
        using var gate = new ManualResetEventSlim();
        _fault = _ =>
        {
            gate.Wait();
            return null;
        };

        await _service.StartAsync(CancellationToken.None);
        gate.Set();
        await _recovered.Task;

        Assert.That(await _services.GetRequiredService<IImageStorage>().GetInfoAsync("a.png"), Is.EqualTo(_before));
    }

    [Test]
    public async Task Recovery_runs_sooner_than_the_interval_while_an_owner_may_be_dead()
    {
        await using var store = new FolderStore();
        var clock = new TestClock();
        await using (var process = new TestProcess(store, clock, fault: moment => moment.Operation == "delete document transactions" ? new ProcessEndedException() : null))
        {
            Assert.CatchAsync(() => process.Transactions.ExecuteAsync([new SaveStep(new SaveRequest("a.png", new MemoryStream(SampleImages.OfLength(200, 2))))], new TransactionOptions { Retries = 0 }));
        }

        await using var next = new TestProcess(store, clock);
        var timers = new TimerLog();
        using var service = new TransactionRecoveryService(next.Transactions, TimeSpan.FromDays(1), timers, NullLogger.Instance);
        await service.StartAsync(CancellationToken.None);

        Assert.That(await timers.NextPeriod, Is.EqualTo(TimeSpan.FromSeconds(3)));
        await service.StopAsync(CancellationToken.None);
    }

    [Test]
    public async Task Recovery_that_fails_is_repeated_after_the_interval()
    {
        var failed = new TaskCompletionSource();
        _fault = moment =>
        {
            failed.TrySetResult();
            return new StorageUnavailableException($"The network failed at {moment}.");
        };
        await _service.StartAsync(CancellationToken.None);
        await failed.Task;
        _fault = _ => null;

        _clock.Advance(TimeSpan.FromSeconds(15));
        await _recovered.Task;

        Assert.That(await _services.GetRequiredService<IImageStorage>().GetInfoAsync("a.png"), Is.EqualTo(_before));
        Assert.That((await _services.GetRequiredService<IImageTransactions>().ListAsync()).Items, Is.Empty);
    }

    [Test]
    public async Task Store_that_never_used_transactions_is_asked_once_for_one_name()
    {
        await using var process = new TestProcess(new KeepingMemoryStore(), new TestClock());
        using var service = new TransactionRecoveryService(process.Transactions, TimeSpan.FromSeconds(15), _clock, NullLogger.Instance, isRequested: false);

        await service.StartAsync(CancellationToken.None);
        await service.StopAsync(CancellationToken.None);

        Assert.That(process.Moments.Select(moment => moment.Operation).Distinct(), Is.SubsetOf(new[] { "list documents transactions/" }));
        Assert.That(process.Moments, Has.Count.LessThanOrEqualTo(2));
    }

    [Test]
    public async Task Interrupted_move_is_rolled_back_by_a_store_that_has_not_asked_for_transactions()
    {
        await using var provider = OpenWithoutTransactions(builder => builder.UseProvider("Memory", _ => _store.Open(new TestClock())), out var recovered);
        await StartAsync(provider);

        await recovered;

        Assert.That(provider.GetService<IImageTransactions>(), Is.Null);
        Assert.That(await provider.GetRequiredService<IImageStorage>().GetInfoAsync("a.png"), Is.EqualTo(_before));
    }

    // The abilities are known after the choice, which the start must not cause.
    [Test]
    public async Task Interrupted_move_is_rolled_back_after_the_first_available_provider_is_chosen()
    {
        var timers = new DelayLog(_clock);
        var provider = OpenWithoutTransactions(
            builder => builder.UseFirstAvailable(
                first => first.UseProvider("Memory", _ => _store.Open(new TestClock())),
                second => second.UseProvider("Other", _ => new KeepingMemoryStore().Open(new TestClock()))),
            out var recovered,
            timers);
        await using var end = provider;
        await StartAsync(provider);
        await timers.FirstDelay;
        var storage = provider.GetRequiredService<IImageStorage>();
        Assert.That(storage.ToString(), Does.Contain("not chosen yet"));

        await storage.GetInfoAsync("other.png");
        _clock.Advance(TimeSpan.FromSeconds(15));
        await recovered;

        Assert.That(await storage.GetInfoAsync("a.png"), Is.EqualTo(_before));
    }

    private ServiceProvider OpenWithoutTransactions(Action<ImageStorageBuilder> use, out Task recovered, TimeProvider? clock = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(clock ?? _clock);
        use(services.AddImageStorage());
        var provider = services.BuildServiceProvider();
        var published = new TaskCompletionSource();
        provider.GetRequiredService<IStorageEvents>().Subscribe(occurred =>
        {
            if (occurred is TransactionRecovered)
            {
                published.TrySetResult();
            }
        });
        recovered = published.Task;
        return provider;
    }

    private static async Task StartAsync(ServiceProvider provider)
    {
        foreach (var service in provider.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>Reports the first delay.</summary>
    private sealed class DelayLog(TimeProvider inner) : TimeProvider
    {
        private readonly TaskCompletionSource _delay = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstDelay => _delay.Task;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = inner.CreateTimer(callback, state, dueTime, period);
            if (dueTime == TimeSpan.FromSeconds(15) && period == Timeout.InfiniteTimeSpan)
            {
                _delay.TrySetResult();
            }

            return timer;
        }
    }

    /// <summary>Timers that never fire, and report the first period that is set after their creation.</summary>
    private sealed class TimerLog : TimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _period = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> NextPeriod => _period.Task;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(this);

        private sealed class Timer(TimerLog log) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => log._period.TrySetResult(period);

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }

    // The services of the features: those that wait for the store, and do not delay the start.
    private sealed class LateServices(IReadOnlyList<IHostedService> services)
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (var service in services)
            {
                await service.StartAsync(cancellationToken);
            }
        }

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            foreach (var service in services)
            {
                await service.StopAsync(cancellationToken);
            }
        }
    }
}
