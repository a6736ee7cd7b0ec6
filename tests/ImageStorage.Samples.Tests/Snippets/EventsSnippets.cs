using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/events.md, and that it does what the page says.</summary>
internal sealed class EventsSnippets
{
    [Test]
    public async Task Subscriber_hears_of_a_transaction_in_doubt()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory().WithTransactions();
        await using var container = services.BuildServiceProvider();
        var events = container.GetRequiredService<IStorageEvents>();
        var transactions = container.GetRequiredService<IImageTransactions>();
        var alerts = new List<string>();
        var told = new TaskCompletionSource();

        using var subscription = events.Subscribe(occurred =>
        {
            if (occurred is TransactionInDoubt doubt)
            {
                alerts.Add($"Transaction {doubt.Id} is in doubt: {doubt.Reason}");
            }
        });

        using var last = events.Subscribe(_ => told.TrySetResult());
        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => transactions.ExecuteAsync(
            [new CustomStep(_ => throw new TimeZoneNotFoundException("no effect"), _ => throw new TimeZoneNotFoundException("no way back"))],
            new TransactionOptions { Retries = 0 }));
        await told.Task;

        Assert.That(failure!.Outcome, Is.EqualTo(TransactionOutcome.InDoubt));
        Assert.That(alerts, Is.EqualTo(new[] { $"Transaction {failure.TransactionId} is in doubt: no way back" }));
    }

    [Test]
    public async Task Listener_hears_of_a_failover()
    {
        var builder = Host.CreateApplicationBuilder();
        var alerts = new List<string>();
        builder.Services.AddSingleton(alerts);

        builder.Services.AddSingleton<IStorageEventListener, OperationsListener>();

        using var host = builder.Build();
        var listener = host.Services.GetServices<IStorageEventListener>().Single();
        await listener.HandleAsync(new FailoverStarted { At = DateTimeOffset.UnixEpoch, Primary = "Azure", Fallback = "FileSystem", Reason = "timeout" });
        await listener.HandleAsync(new FailoverEnded { At = DateTimeOffset.UnixEpoch, Primary = "Azure", Fallback = "FileSystem" });

        Assert.That(alerts, Is.EqualTo(new[] { "Azure is unavailable: timeout", "Azure is used again." }));
    }

    [Test]
    public async Task Listener_logs_an_event_with_its_properties()
    {
        var builder = Host.CreateApplicationBuilder();
        var lines = new FakeLogs();
        builder.Logging.ClearProviders().AddProvider(lines);

        builder.Services.AddSingleton<IStorageEventListener, EventLogger>();

        using var host = builder.Build();
        var listener = host.Services.GetServices<IStorageEventListener>().Single();
        await listener.HandleAsync(new FailoverEnded { At = DateTimeOffset.UnixEpoch, Primary = "Azure", Fallback = "FileSystem" });

        Assert.That(lines.Single(), Does.StartWith("Event of the image store: FailoverEnded").And.Contain("Primary = Azure"));
    }

    [Test]
    public async Task Application_publishes_an_event_of_its_own()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var container = services.BuildServiceProvider();
        var (sink, clock) = (container.GetRequiredService<IStorageEventSink>(), TimeProvider.System);
        var told = new TaskCompletionSource<StorageEvent>();
        using var subscription = container.GetRequiredService<IStorageEvents>().Subscribe(occurred => told.TrySetResult(occurred));

        if (sink.IsEnabled)
        {
            sink.Publish(new UploadRefused { At = clock.GetUtcNow(), User = "ann", Reason = "quota" });
        }

        Assert.That(await told.Task, Is.InstanceOf<UploadRefused>().With.Property(nameof(UploadRefused.User)).EqualTo("ann"));
    }

    /// <summary>Collects the lines of a log.</summary>
    private sealed class FakeLogs : List<string>, ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
