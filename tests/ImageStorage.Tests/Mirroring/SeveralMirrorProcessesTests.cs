using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Failover;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Several processes over the two replicas of one mirror (P9).</summary>
internal sealed class SeveralMirrorProcessesTests
{
    private readonly FakeTimeProvider _clock = new(new ManualClock().Now);

    [Test]
    public async Task Write_that_one_replica_takes_alone_is_acknowledged_only_when_no_process_can_read_past_it()
    {
        await using var pair = new MirrorPair(isShared: true, new MirrorOptions { ReconcileInterval = null, Lease = TimeSpan.FromSeconds(1), RetryPause = TimeSpan.Zero });
        var isCut = false;
        var (one, other) = (new ImageStorageManager(pair.Open(clock: _clock)), new ImageStorageManager(pair.Open(clock: _clock, losesPrimary: () => isCut)));
        await one.SaveBytesAsync("a", Pair.Image(1));
        await other.GetInfoAsync("a");
        isCut = true;

        var written = other.SaveBytesAsync("a", Pair.Image(2));
        Assert.That(written.IsCompleted, Is.False, "The write was acknowledged while another process still relied on the primary being complete.");
        Assert.That(Convert.ToHexString((await one.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(1)), "Not acknowledged yet: the old version is correct.");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await written;

        Assert.That(Convert.ToHexString((await one.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(2)));
    }

    // Process 1 reaches only the primary, process 2 only the mirror: both continue, and when the replicas meet, nothing is lost silently.
    [Test]
    public async Task Partition_is_resolved_when_the_replicas_meet_and_both_versions_are_retained()
    {
        await using var pair = new MirrorPair(isShared: true);
        await pair.SaveAsync("both", 1);
        await pair.SaveAsync("deleted", 1);
        var isCut = false;
        var (first, second) = (pair.Open(losesMirror: () => isCut), pair.Open(losesPrimary: () => isCut));
        var (one, two) = (new ImageStorageManager(first, null, pair.Clock), new ImageStorageManager(second, null, pair.Clock));
        await one.GetInfoAsync("both");
        await two.GetInfoAsync("both");

        isCut = true;
        await one.SaveBytesAsync("both", Pair.Image(2));
        await one.SaveBytesAsync("deleted", Pair.Image(4));
        await one.SaveBytesAsync("of-one", Pair.Image(5));
        pair.Clock.Advance(TimeSpan.FromSeconds(10));
        await two.SaveBytesAsync("both", Pair.Image(3));
        await two.DeleteAsync("deleted");
        await two.SaveBytesAsync("of-two", Pair.Image(6));
        isCut = false;
        var result = await first.ReconcileAsync();

        Assert.That((result.Conflicts, result.Remaining), Is.EqualTo((2, 0)));
        foreach (var process in (ImageStorageManager[])[one, two])
        {
            Assert.That(Convert.ToHexString((await process.GetBytesAsync("both"))!), Is.EqualTo(Pair.Hex(3)), "The newer one counts.");
            Assert.That(await process.GetInfoAsync("deleted"), Is.Null);
            Assert.That(await process.GetInfoAsync("of-one"), Is.Not.Null);
            Assert.That(await process.GetInfoAsync("of-two"), Is.Not.Null);
        }

        await pair.AssertEqualAsync();
        var conflicts = (await pair.EventsAsync()).OfType<MirrorConflict>().ToDictionary(conflict => conflict.Key.Value, conflict => conflict.RetainedAs);
        Assert.That(Convert.ToHexString((await one.GetBytesAsync(conflicts["both"]))!), Is.EqualTo(Pair.Hex(2)));
        Assert.That(Convert.ToHexString((await one.GetBytesAsync(conflicts["deleted"]))!), Is.EqualTo(Pair.Hex(4)));
    }

    // Two processes write one image at once, in every order that the steps of the one allow the other to come between.
    [Test]
    public async Task Writes_of_two_processes_to_one_image_leave_the_replicas_equal([Range(0, 12)] int at, [Values] bool deletes)
    {
        await using var pair = new MirrorPair(isShared: true);
        await pair.SaveAsync("a", 1);
        var other = new ImageStorageManager(pair.Open(), null, pair.Clock);
        await other.GetInfoAsync("a");
        var calls = 0;
        foreach (var replica in (TestPart[])[pair.Primary.Medium, pair.Mirror.Medium])
        {
            replica.Fault = call =>
            {
                if (call.HasTakenEffect && calls++ == at)
                {
                    // The store is in memory, so it is done when the call returns.
                    Assert.That((deletes ? other.DeleteAsync("a") : (Task)other.SaveBytesAsync("a", Pair.Image(3))).IsCompletedSuccessfully, Is.True);
                }

                return null;
            };
        }

        await pair.SaveAsync("a", 2);

        var seen = await pair.BytesAsync("a");
        Assert.That(seen, Is.EqualTo(Pair.Hex(2)).Or.EqualTo(deletes ? null : Pair.Hex(3)));
        await pair.AssertEqualAsync();
    }

    [Test]
    public async Task Write_of_another_process_in_the_middle_of_a_reconciliation_counts([Range(0, 15)] int at, [Values] bool deletes)
    {
        await using var pair = new MirrorPair(isShared: true);
        await pair.SaveAsync("other", 1);
        pair.Mirror.Medium.GoDown();
        await pair.SaveAsync("a", 2);
        pair.Mirror.Medium.ComeBack();
        var other = new ImageStorageManager(pair.Open(), null, pair.Clock);
        await other.GetInfoAsync("a");
        var calls = 0;
        foreach (var replica in (TestPart[])[pair.Primary.Medium, pair.Mirror.Medium])
        {
            replica.Fault = call =>
            {
                if (call.HasTakenEffect && calls++ == at)
                {
                    Assert.That((deletes ? other.DeleteAsync("a") : (Task)other.SaveBytesAsync("a", Pair.Image(3))).IsCompletedSuccessfully, Is.True);
                }

                return null;
            };
        }

        await pair.Provider.ReconcileAsync();

        Assert.That(calls, Is.GreaterThan(at));
        Assert.That(await pair.BytesAsync("a"), Is.EqualTo(deletes ? null : Pair.Hex(3)));
        Assert.That(await pair.Mirror.Store.GetInfoAsync("a"), Is.EqualTo(await pair.Primary.Store.GetInfoAsync("a")));
        await pair.Provider.ReconcileAsync();
        await pair.AssertEqualAsync();
    }

    // Both replicas are new, and two processes find that out at once: in every order that the steps of the one allow the other to come between.
    [Test]
    public async Task First_write_of_another_process_in_the_middle_of_the_pairing_is_no_reason_to_refuse_a_replica([Range(0, 16)] int at)
    {
        await using var pair = new MirrorPair(isShared: true);
        var other = new ImageStorageManager(pair.Open(), null, pair.Clock);
        var calls = 0;
        foreach (var replica in (TestPart[])[pair.Primary.Medium, pair.Mirror.Medium])
        {
            replica.Fault = call =>
            {
                if (call.HasTakenEffect && calls++ == at)
                {
                    // The store is in memory, so it is done when the call returns.
                    Assert.That(other.SaveBytesAsync("a", Pair.Image(1)).IsCompletedSuccessfully, Is.True);
                }

                return null;
            };
        }

        await pair.SaveAsync("b", 2);

        Assert.That(calls, Is.GreaterThan(at));
        Assert.That(await pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        Assert.That(Convert.ToHexString((await other.GetBytesAsync("b"))!), Is.EqualTo(Pair.Hex(2)));
        await pair.AssertEqualAsync();
    }

    [Test]
    public async Task Hints_of_a_process_that_ended_are_settled_by_another_and_go_after_a_while()
    {
        await using var pair = new MirrorPair(isShared: true);
        await pair.SaveAsync("a", 1);
        pair.Mirror.Medium.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: false } ? new ProcessEndedException() : null;
        Assert.That(() => pair.SaveAsync("a", 2), Throws.TypeOf<ProcessEndedException>());
        pair.Mirror.Medium.ComeBack();
        await using var other = pair.Open();

        var first = await other.ReconcileAsync();

        Assert.That((first.Replayed, first.Remaining), Is.EqualTo((1, 1)), "The write of the other process may still be in progress.");
        Assert.That(await pair.Mirror.Store.GetInfoAsync("a"), Is.EqualTo(await pair.Primary.Store.GetInfoAsync("a")));
        pair.Clock.Advance(MirrorHint.Grace + TimeSpan.FromSeconds(1));
        Assert.That((await other.ReconcileAsync()).Remaining, Is.Zero);
        await pair.AssertEqualAsync();
    }

    [Test]
    public async Task Background_brings_up_to_date_what_was_missed()
    {
        await using var pair = new MirrorPair(false, new MirrorOptions { ReconcileInterval = TimeSpan.FromSeconds(5), RetryPause = TimeSpan.FromHours(1) });
        var settled = new TaskCompletionSource();
        pair.Subscribe(occurred =>
        {
            if (occurred is ReplicaReconciled)
            {
                settled.TrySetResult();
            }
        });
        var storage = new ImageStorageManager(pair.Open(clock: _clock));
        await storage.SaveBytesAsync("a", Pair.Image(1));
        pair.Mirror.Medium.GoDown();
        await storage.SaveBytesAsync("a", Pair.Image(2));
        pair.Mirror.Medium.ComeBack();

        _clock.Advance(TimeSpan.FromSeconds(5));
        await settled.Task;

        Assert.That(await pair.Mirror.Store.GetInfoAsync("a"), Is.EqualTo(await pair.Primary.Store.GetInfoAsync("a")));
    }
}
