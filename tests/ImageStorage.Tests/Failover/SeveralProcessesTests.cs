using ImageStorage.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>Several processes over one primary and one fallback.</summary>
internal sealed class SeveralProcessesTests
{
    private readonly FakeTimeProvider _clock = new(new ManualClock().Now);

    // One reaches the primary all the time; the other does not, and hands off. No process reads the older state after the acknowledgement.
    [Test]
    public async Task Write_that_one_hands_off_is_acknowledged_only_when_no_other_can_read_past_it()
    {
        await using var pair = new Pair(isShared: true, new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.FromSeconds(1) });
        await using var healthy = pair.Open(_clock);
        var cutOff = new TestPart("First", pair.Clock, isShared: true);
        cutOff.GoDown();
        await using var lonely = pair.Open([cutOff, pair.Fallback], _clock);
        var (one, other) = (new ImageStorageManager(healthy), new ImageStorageManager(lonely));
        await one.SaveBytesAsync("a", Pair.Image(1));

        var handedOff = other.SaveBytesAsync("a", Pair.Image(2));
        Assert.That(handedOff.IsCompleted, Is.False, "It was acknowledged while the other process still assumed that there are no hints.");
        Assert.That(Convert.ToHexString((await one.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(1)), "Not acknowledged yet: the old state is right.");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await handedOff;

        Assert.That(Convert.ToHexString((await one.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(2)));
        var next = other.SaveBytesAsync("a", Pair.Image(3));
        Assert.That(next.IsCompleted, Is.True, "Only the first write of an outage waits.");
        await next;
        Assert.That(Convert.ToHexString((await one.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(3)));
        await healthy.ReconcileAsync();
        Assert.That(Convert.ToHexString((await one.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(3)));
    }

    [Test]
    public async Task Hints_of_one_process_are_replayed_by_another_and_both_at_once_do_no_harm()
    {
        await using var pair = new Pair(isShared: true);
        pair.Primary.GoDown();
        for (var i = 0; i < 20; i++)
        {
            await pair.SaveAsync($"k{i}", i);
        }

        pair.Primary.ComeBack();
        await using var other = pair.Open();

        var results = await Task.WhenAll(pair.Provider.ReconcileAsync(), other.ReconcileAsync());

        Assert.That(results.Sum(result => result.Replayed), Is.GreaterThanOrEqualTo(20));
        Assert.That((await other.GetStatusAsync()).Hints, Is.Zero);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(await pair.BytesAsync($"k{i}"), Is.EqualTo(Pair.Hex(i)));
        }
    }

    [Test]
    public async Task Background_replays_hints_and_ends_the_failover()
    {
        await using var pair = NewPair();
        await using var events = new Events();
        await using var provider = pair.Open(pair.Parts, _clock, events.Queue);
        var storage = new ImageStorageManager(provider);
        pair.Primary.GoDown();
        await storage.SaveBytesAsync("a", Pair.Image(1));
        pair.Primary.ComeBack();

        _clock.Advance(TimeSpan.FromSeconds(5));
        await events.Ended;

        Assert.That(await pair.Primary.Store.GetInfoAsync("a"), Is.Not.Null);
    }

    [Test]
    public async Task Failover_ends_without_hints_when_the_primary_answered_a_read_before_the_background_probed_it()
    {
        await using var pair = NewPair();
        await using var events = new Events();
        await using var provider = pair.Open(pair.Parts, _clock, events.Queue);
        pair.Primary.GoDown();
        await Pair.UnavailableAsync(() => provider.GetInfoAsync("a"));
        pair.Primary.ComeBack();
        Assert.That(await provider.GetInfoAsync("a"), Is.Null);

        _clock.Advance(TimeSpan.FromSeconds(5));
        await events.Ended;

        Assert.That((await provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
    }

    private static Pair NewPair() => new(false, new FailoverOptions { ReconcileInterval = TimeSpan.FromSeconds(5), Lease = TimeSpan.Zero });

    /// <summary>The events of a store, and a task that completes when a failover has ended.</summary>
    private sealed class Events : IAsyncDisposable
    {
        private readonly TaskCompletionSource _ended = new();
        private readonly IDisposable _subscription;

        public Events() => _subscription = Queue.Subscribe(occurred =>
        {
            if (occurred is FailoverEnded)
            {
                _ended.TrySetResult();
            }
        });

        public ImageStorage.Diagnostics.StorageEventQueue Queue { get; } = new([], Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);

        public Task Ended => _ended.Task.WaitAsync(TimeSpan.FromMinutes(1));

        public async ValueTask DisposeAsync()
        {
            _subscription.Dispose();
            await Queue.DisposeAsync();
        }
    }
}
