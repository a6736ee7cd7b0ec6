using ImageStorage.Testing;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>Several processes over one primary and one fallback.</summary>
internal sealed class SeveralProcessesTests
{
    private readonly FakeTimeProvider _clock = new(new ManualClock().Now);

    // One reaches the primary all the time; the other does not, and hands off. Nobody reads the older state after the acknowledgement.
    [Test]
    public async Task Write_that_one_hands_off_is_acknowledged_only_when_no_other_can_read_past_it()
    {
        await using var pair = new Pair(isShared: true, new FailoverOptions { ReconcileInterval = null, Lease = TimeSpan.FromSeconds(1) });
        await using var healthy = pair.Open(_clock);
        var cutOff = new Side("First", pair.Clock, isShared: true);
        cutOff.GoDown();
        await using var lonely = pair.Open([cutOff, pair.Fallback], _clock);
        var (one, other) = (new ImageStorageManager(healthy), new ImageStorageManager(lonely));
        await one.SaveBytesAsync("a", Pair.Image(1));

        var handedOff = other.SaveBytesAsync("a", Pair.Image(2));
        Assert.That(handedOff.IsCompleted, Is.False, "It was acknowledged while the other process still believed that nothing waits.");
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
    public async Task Notes_of_one_are_settled_by_another_and_both_at_once_do_no_harm()
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

        Assert.That(results.Sum(result => result.Settled), Is.GreaterThanOrEqualTo(20));
        Assert.That((await other.GetStatusAsync()).Waiting, Is.Zero);
        for (var i = 0; i < 20; i++)
        {
            Assert.That(await pair.BytesAsync($"k{i}"), Is.EqualTo(Pair.Hex(i)));
        }
    }

    [Test]
    public async Task Background_brings_what_waits_to_the_primary()
    {
        await using var pair = new Pair(false, new FailoverOptions { ReconcileInterval = TimeSpan.FromSeconds(5), Lease = TimeSpan.Zero });
        var ended = new TaskCompletionSource();
        var events = new ImageStorage.Diagnostics.StorageEventQueue([], Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        using var subscription = events.Subscribe(occurred =>
        {
            if (occurred is ImageStorage.FailoverEnded)
            {
                ended.SetResult();
            }
        });
        await using var provider = pair.Open(pair.Sides, _clock, events);
        var storage = new ImageStorageManager(provider);
        pair.Primary.GoDown();
        await storage.SaveBytesAsync("a", Pair.Image(1));
        pair.Primary.ComeBack();

        _clock.Advance(TimeSpan.FromSeconds(5));
        await ended.Task;

        Assert.That(await pair.Primary.Store.GetInfoAsync("a"), Is.Not.Null);
        await events.DisposeAsync();
    }
}
