using ImageStorage.Diagnostics;
using ImageStorage.Tests.Instrumentation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Events;

internal sealed class StorageEventQueueTests
{
    [Test]
    public async Task Every_handler_receives_events_in_order_although_a_handler_throws()
    {
        var seen = new List<StorageEvent>();
        var listener = new Listener();
        var queue = new StorageEventQueue([listener], NullLogger.Instance);
        using var throwing = queue.Subscribe(_ => throw new InvalidOperationException("a handler's own fault"));
        using var recording = queue.Subscribe(seen.Add);
        StorageEvent[] events = [.. Enumerable.Range(0, 100).Select(Event)];

        foreach (var occurred in events)
        {
            queue.Publish(occurred);
        }

        await queue.DisposeAsync();
        Assert.That(seen, Is.EqualTo(events));
        Assert.That(listener.Seen, Is.EqualTo(events));
    }

    [Test]
    public async Task Asynchronous_subscription_receives_an_event_after_it_has_handled_the_one_before()
    {
        var (started, seen) = (new List<StorageEvent>(), new List<StorageEvent>());
        var mayContinue = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var logger = new RecordingLogger();
        var queue = new StorageEventQueue([], logger);
        using var slow = queue.Subscribe(async occurred =>
        {
            started.Add(occurred);
            entered.TrySetResult();
            await mayContinue.Task;
            seen.Add(occurred);
            throw new TimeZoneNotFoundException("after an await");
        });

        queue.Publish(Event(0));
        queue.Publish(Event(1));
        await entered.Task;
        Assert.That(started, Is.EqualTo(new[] { Event(0) }));
        mayContinue.SetResult();
        await queue.DisposeAsync();

        Assert.That(seen, Is.EqualTo(new[] { Event(0), Event(1) }));
        Assert.That(logger.Entries.Select(entry => entry.Exception), Has.Exactly(2).TypeOf<TimeZoneNotFoundException>(), "The exception does not end the process.");
    }

    [Test]
    public async Task Failure_of_a_handler_is_logged_with_the_handler_and_its_exception()
    {
        var logger = new RecordingLogger(LogLevel.Information);
        var queue = new StorageEventQueue([new Listener(_ => throw new TimeZoneNotFoundException("of a listener"))], logger);
        using var subscription = queue.Subscribe(_ => throw new TimeZoneNotFoundException("of a subscription"));

        queue.Publish(Event(0));
        await queue.DisposeAsync();

        Assert.That(logger.Entries.Select(entry => (entry.Level, entry.Exception?.Message)), Is.EqualTo(new[] { (LogLevel.Warning, "of a listener"), (LogLevel.Warning, "of a subscription") }));
        Assert.That(logger.Entries[0].Text, Does.Contain($"{typeof(Listener)}."));
        Assert.That(logger.Entries[1].Text, Does.Contain($"failed: {typeof(StorageEventQueueTests)}."));
    }

    [Test]
    public async Task Key_in_the_exception_of_a_handler_is_logged_at_debug_level_only([Values] bool isWrapped)
    {
        var logger = new RecordingLogger();
        var queue = new StorageEventQueue([], logger);
        var failure = new ImageNotFoundException("There is no image secret.png.");
        using var subscription = queue.Subscribe(_ => throw (isWrapped ? new AggregateException("several", new InvalidOperationException("wrapped", failure)) : failure));

        queue.Publish(Event(0));
        await queue.DisposeAsync();

        Assert.That(logger.Entries.Where(entry => entry.Text.Contains("secret", StringComparison.Ordinal)).Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Debug }));
        Assert.That(logger.Entries.Select(entry => entry.Level), Is.EqualTo(new[] { LogLevel.Warning, LogLevel.Debug }));
    }

    [Test]
    public async Task Subscription_to_a_disposed_store_is_refused()
    {
        var queue = new StorageEventQueue([], NullLogger.Instance);
        await queue.DisposeAsync();

        Assert.That(() => queue.Subscribe(_ => { }), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => queue.Subscribe(_ => Task.CompletedTask), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Slow_handler_does_not_delay_publishers_and_the_oldest_events_are_dropped_with_two_warnings()
    {
        var seen = new List<StorageEvent>();
        using var entered = new ManualResetEventSlim();
        using var mayContinue = new ManualResetEventSlim();
        var logger = new RecordingLogger();
        var queue = new StorageEventQueue([], logger);
        using var slow = queue.Subscribe(occurred =>
        {
            seen.Add(occurred);
            entered.Set();
            mayContinue.Wait();
        });
        queue.Publish(Event(0));
        entered.Wait();

        for (var i = 1; i <= 2000; i++)
        {
            queue.Publish(Event(i));
        }

        mayContinue.Set();
        await queue.DisposeAsync();
        Assert.That(seen, Has.Count.EqualTo(1025));
        Assert.That(seen[^1], Is.EqualTo(Event(2000)));
        Assert.That(logger.Entries.Select(entry => (entry.Level, entry.Id.Id)), Is.EqualTo(new[] { (LogLevel.Warning, 62), (LogLevel.Warning, 63) }), "The publisher of each dropped event must not log.");
        Assert.That(logger.Entries[1].Text, Does.StartWith("976 events"));
    }

    [Test]
    public async Task Ended_subscription_receives_no_more_events()
    {
        var seen = new List<StorageEvent>();
        var queue = new StorageEventQueue([], NullLogger.Instance);
        var subscription = queue.Subscribe(seen.Add);
        subscription.Dispose();
        subscription.Dispose();

        queue.Publish(Event(1));
        await queue.DisposeAsync();
        queue.Publish(Event(2));

        Assert.That(seen, Is.Empty);
    }

    [Test]
    public async Task Sink_is_enabled_while_there_is_a_handler()
    {
        var queue = new StorageEventQueue([], NullLogger.Instance);
        Assert.That(queue.IsEnabled, Is.False);

        using (queue.Subscribe(_ => { }))
        {
            Assert.That(queue.IsEnabled, Is.True);
        }

        Assert.That(queue.IsEnabled, Is.False);
        await queue.DisposeAsync();

        var listened = new StorageEventQueue([new Listener()], NullLogger.Instance);
        Assert.That(listened.IsEnabled, Is.True);
        await listened.DisposeAsync();
        Assert.That(listened.IsEnabled, Is.False);
    }

    [Test]
    public async Task Publishing_without_a_handler_allocates_nothing()
    {
        var queue = new StorageEventQueue([], NullLogger.Instance);
        var occurred = Event(1);
        queue.Publish(occurred);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            queue.Publish(occurred);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        await queue.DisposeAsync();
    }

    [Test]
    public async Task Handler_that_never_ends_does_not_keep_the_store_from_ending([Values] bool isAsynchronous)
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var mayContinue = new ManualResetEventSlim();
        var never = new TaskCompletionSource();
        var clock = new FakeTimeProvider();
        var logger = new RecordingLogger();
        var listener = new Listener(_ =>
        {
            entered.SetResult();
            if (!isAsynchronous)
            {
                mayContinue.Wait(CancellationToken.None);
            }

            return never.Task;
        });
        var queue = new StorageEventQueue(() => [listener], true, logger, clock);
        queue.Publish(Event(0));
        await entered.Task;
        queue.Publish(Event(1));
        queue.Publish(Event(2));

        var disposal = queue.DisposeAsync().AsTask();
        Assert.That(disposal.IsCompleted, Is.False, "A handler has time to end.");
        clock.Advance(StorageEventQueue.DisposeTimeout);
        await disposal;

        var warning = logger.Entries.Single();
        Assert.That((warning.Level, warning.Id.Id), Is.EqualTo((LogLevel.Warning, 64)));
        Assert.That(warning.Text, Does.Contain("within 5 seconds").And.Contain("2 queued events"));
        mayContinue.Set();
    }

    [Test]
    public async Task Handler_that_honours_its_token_ends_with_the_store()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var listener = new Listener(async token =>
        {
            entered.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
        });
        var queue = new StorageEventQueue(() => [listener], true, NullLogger.Instance, new FakeTimeProvider());
        queue.Publish(Event(0));
        await entered.Task;
        queue.Publish(Event(1));

        await queue.DisposeAsync();

        Assert.That(listener.Seen, Is.EqualTo(new[] { Event(0), Event(1) }), "Queued events are still delivered.");
    }

    // The handler waits for the disposal, which waits for the handler.
    [Test]
    public async Task Handler_may_dispose_of_the_store()
    {
        var clock = new FakeTimeProvider();
        var queue = new StorageEventQueue(() => [], false, NullLogger.Instance, clock);
        var disposing = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Subscribe(_ =>
        {
            var disposal = queue.DisposeAsync().AsTask();
            disposing.SetResult(disposal);
            disposal.GetAwaiter().GetResult();
        });
        queue.Publish(Event(0));

        var running = await disposing.Task;
        clock.Advance(StorageEventQueue.DisposeTimeout);

        await running;
    }

    [Test]
    public async Task Listeners_that_cannot_be_created_are_logged_and_subscriptions_still_receive_events()
    {
        var seen = new List<StorageEvent>();
        var logger = new RecordingLogger();
        var queue = new StorageEventQueue(() => throw new TimeZoneNotFoundException("no listener"), true, logger, TimeProvider.System);
        using var subscription = queue.Subscribe(seen.Add);

        queue.Publish(Event(1));
        await queue.DisposeAsync();

        Assert.That(seen, Is.EqualTo(new[] { Event(1) }));
        Assert.That(logger.Entries[0].Text, Does.Contain(nameof(TimeZoneNotFoundException)));
    }

    private static BacklogReached Event(int number) => new() { At = DateTimeOffset.UnixEpoch, Count = number, Limit = 1 };

    private sealed class Listener(Func<CancellationToken, Task>? handle = null) : IStorageEventListener
    {
        public List<StorageEvent> Seen { get; } = [];

        public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            Seen.Add(occurred);
            return handle?.Invoke(cancellationToken) ?? Task.CompletedTask;
        }
    }
}
