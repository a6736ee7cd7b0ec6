using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;

namespace ImageStorage.Tests.Failover;

/// <summary>The known limits of docs/design/failover.md: when an acknowledged write is superseded, and where it is retained.</summary>
internal sealed class KnownLimitTests
{
    // The process that hands off has never written to the primary, so it does not know that its clock is slow.
    [TestCase(-55, false)]
    [TestCase(-600, true)]
    public async Task Hint_of_a_process_whose_clock_is_slow_is_a_conflict_beyond_the_tolerance_and_its_version_is_retained(int secondsAhead, bool isConflict)
    {
        await using var pair = new Pair(isShared: true);
        await pair.SaveAsync("a", 1);
        pair.Primary.GoDown();
        await using var slow = pair.Open(new ManualClock { Now = pair.Clock.Now.AddSeconds(secondsAhead) });
        await new ImageStorageManager(slow).SaveBytesAsync("a", Pair.Image(2));
        pair.Primary.ComeBack();

        var result = await pair.Provider.ReconcileAsync();

        Assert.That(result.Conflicts, Is.EqualTo(isConflict ? 1 : 0));
        Assert.That(await pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(isConflict ? 1 : 2)));
        Assert.That(await RetainedAsync(pair.Fallback), isConflict ? Is.EqualTo(Pair.Image(2)) : Is.Null);
    }

    // The replay of an older hint writes to the primary long after another process has replaced the hint.
    [Test]
    public async Task Hint_that_was_replaced_long_before_a_slow_replay_of_its_predecessor_ends_is_a_conflict_and_its_version_is_retained([Values(30, 120)] int seconds)
    {
        await using var pair = new Pair(isShared: true);
        await using var other = pair.Open();
        pair.Primary.GoDown();
        await pair.SaveAsync("a", 1);
        pair.Primary.ComeBack();
        var hasReplaced = false;
        pair.Primary.Fault = call =>
        {
            if (call is { Operation: ProviderOperation.Put, HasTakenEffect: false } && !hasReplaced)
            {
                hasReplaced = new ImageStorageManager(other).SaveBytesAsync("a", Pair.Image(2)).IsCompletedSuccessfully;
                pair.Clock.Advance(TimeSpan.FromSeconds(seconds));
            }

            return null;
        };

        await pair.Provider.ReconcileAsync();
        Assert.That(hasReplaced, Is.True);
        Assert.That(await pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)), "The new hint counts.");
        var result = await pair.Provider.ReconcileAsync();

        Assert.That(result.Conflicts, Is.EqualTo(seconds > 60 ? 1 : 0));
        Assert.That(await pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(seconds > 60 ? 1 : 2)));
        Assert.That(await RetainedAsync(pair.Fallback), seconds > 60 ? Is.EqualTo(Pair.Image(2)) : Is.Null);
    }

    // One process reaches only the fallback, the other only the primary, and knows the fallback to be empty.
    [Test]
    public async Task Writes_on_both_sides_of_a_partition_leave_the_hint_or_the_clearly_newer_version_of_the_primary([Values(30, 120)] int seconds)
    {
        await using var pair = new Pair(isShared: true);
        var (cutOffPrimary, cutOffFallback) = (new TestPart("First", pair.Clock, isShared: true), new TestPart(pair.Fallback));
        cutOffPrimary.GoDown();
        await using var one = pair.Open([cutOffPrimary, pair.Fallback], pair.Clock);
        await using var other = pair.Open([pair.Primary, cutOffFallback], pair.Clock);
        var (onFallback, onPrimary) = (new ImageStorageManager(one), new ImageStorageManager(other));
        await onPrimary.SaveBytesAsync("a", Pair.Image(1));
        cutOffFallback.GoDown();

        await onFallback.SaveBytesAsync("a", Pair.Image(2));
        Assert.That(await onPrimary.GetBytesAsync("a"), Is.EqualTo(Pair.Image(1)), "The process cannot know of the hint.");
        pair.Clock.Advance(TimeSpan.FromSeconds(seconds));
        await onPrimary.SaveBytesAsync("a", Pair.Image(3));

        cutOffFallback.ComeBack();
        Assert.That(await onPrimary.GetBytesAsync("a"), Is.EqualTo(Pair.Image(2)), "The hint counts as soon as it is seen.");
        var result = await other.ReconcileAsync();
        Assert.That(result.Conflicts, Is.EqualTo(seconds > 60 ? 1 : 0));
        Assert.That(await onPrimary.GetBytesAsync("a"), Is.EqualTo(Pair.Image(seconds > 60 ? 3 : 2)));
        Assert.That(await RetainedAsync(pair.Fallback), seconds > 60 ? Is.EqualTo(Pair.Image(2)) : Is.Null);
    }

    // No process counts the hints of the others before it reconciles.
    [Test]
    public async Task Backlog_is_counted_by_each_process_until_it_reconciles()
    {
        await using var pair = new Pair(isShared: true);
        pair.Options.MaxBacklog = 2;
        await using var other = pair.Open();
        pair.Primary.GoDown();
        await pair.SaveAsync("a", 1);
        await pair.SaveAsync("b", 2);
        await new ImageStorageManager(other).SaveBytesAsync("c", Pair.Image(3));

        Assert.That(await pair.Fallback.CountHintsAsync(), Is.EqualTo(3));
    }

    // No reconciliation runs by itself while the store is healthy.
    [Test]
    public async Task Orphan_payload_is_swept_by_a_reconciliation_that_runs_a_day_later_and_finds_no_hints()
    {
        await using var pair = new Pair(isShared: true);
        pair.Primary.GoDown();
        pair.Fallback.Fault = call => call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: false } ? new ProcessEndedException() : null;
        Assert.That(() => pair.SaveAsync("a", 1), Throws.TypeOf<ProcessEndedException>());
        pair.Primary.ComeBack();
        pair.Fallback.ComeBack();
        pair.Restart();

        Assert.That(await pair.BytesAsync("a"), Is.Null);
        Assert.That(await pair.Provider.IsQuietAsync(default), Is.True, "The background has nothing to do.");
        pair.Clock.Advance(PayloadSweeper.Grace);
        await pair.Provider.ReconcileAsync();
        Assert.That(await pair.Fallback.KeysAsync(), Has.Count.EqualTo(1));
        pair.Clock.Advance(TimeSpan.FromTicks(1));
        await pair.Provider.ReconcileAsync();
        Assert.That(await pair.Fallback.KeysAsync(), Is.Empty);
    }

    private static async Task<byte[]?> RetainedAsync(TestPart fallback)
    {
        var names = await fallback.Store.Documents.ListAsync(HintStore.RetainedPrefix);
        return names.Count == 0 ? null : await new ImageStorageManager(fallback.Store).GetBytesAsync(HintPayloads.KeyOf(names.Single().Value[HintStore.RetainedPrefix.Length..]));
    }
}
