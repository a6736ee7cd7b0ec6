using ImageStorage.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

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
    public async Task Slow_handler_does_not_delay_publishers_and_the_oldest_events_are_dropped()
    {
        var seen = new List<StorageEvent>();
        using var entered = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var queue = new StorageEventQueue([], NullLogger.Instance);
        using var slow = queue.Subscribe(occurred =>
        {
            seen.Add(occurred);
            entered.Set();
            goOn.Wait();
        });
        queue.Publish(Event(0));
        entered.Wait();

        for (var i = 1; i <= 2000; i++)
        {
            queue.Publish(Event(i));
        }

        goOn.Set();
        await queue.DisposeAsync();
        Assert.That(seen, Has.Count.EqualTo(1025));
        Assert.That(seen[^1], Is.EqualTo(Event(2000)));
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

    private static BacklogReached Event(int number) => new() { At = DateTimeOffset.UnixEpoch, Count = number, Limit = 1 };

    private sealed class Listener : IStorageEventListener
    {
        public List<StorageEvent> Seen { get; } = [];

        public Task HandleAsync(StorageEvent occurred, CancellationToken cancellationToken = default)
        {
            Seen.Add(occurred);
            return Task.CompletedTask;
        }
    }
}
