using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests.Crashes;

/// <summary>
/// P1, P3, P7: a mirrored store loses one replica at any call of a transaction. The transaction continues on the other
/// replica, or is rolled back. An acknowledged commit is never undone, also if the replica never returns.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class ReplicaLossTests
{
    private const int ShortStep = 23;
    private const int Steps = 6;
    private static readonly TransactionOptions OneAtATime = new() { MaxConcurrency = 1 };

    [Test]
    public Task Transaction_continues_when_a_replica_becomes_unavailable([Values] bool primary, [Values] bool forEver) =>
        ForEachMomentAsync((moment, after) => LoseDuringAsync(moment, primary, forEver, after));

    [Test]
    public Task Process_that_ends_with_the_loss_of_a_replica_leaves_all_of_a_transaction_or_nothing([Values] bool primary) =>
        ForEachMomentAsync((moment, after) => EndAndLoseAsync(moment, primary, after));

    // The versions are listed before the journals, and no replica but the mirror has either.
    [Test]
    public async Task Recovery_with_an_empty_primary_drops_no_version_that_the_mirror_needs([Values] bool hasImages)
    {
        var clock = new TestClock();
        await using var store = new MirrorPartsStore();
        await using (var process = new TestProcess(store, clock))
        {
            await process.Storage.SaveBytesAsync("a.png", Testing.SampleImages.OfLength(300, 1));
            if (hasImages)
            {
                await process.Storage.SaveBytesAsync("b.png", Testing.SampleImages.OfLength(300, 2));
            }
        }

        await DeleteAndEndAsync(store, clock);

        store.Lose(primary: true);
        await using var other = new TestProcess(store, clock);
        await other.Transactions.RecoverAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        await other.Provider.GetAbility<IStorageMirror>()!.ReconcileAsync();
        var recovered = await other.Transactions.RecoverAsync();

        Assert.That((recovered.RolledBack, recovered.InDoubt, recovered.Unreadable), Is.EqualTo((1, 0, 0)));
        Assert.That(await other.Storage.GetBytesAsync("a.png"), Is.EqualTo(Testing.SampleImages.OfLength(300, 1)));
        await StoreState.AssertTidyAsync(other, "after the loss");
    }

    // The owner may be alive, and reach the other replica only.
    [Test]
    public async Task Recovery_leaves_a_transaction_alone_while_it_reaches_one_replica_only([Values] bool primary)
    {
        var clock = new TestClock();
        await using var store = new MirrorPartsStore();
        await using (var process = new TestProcess(store, clock))
        {
            await process.Storage.SaveBytesAsync("a.png", Testing.SampleImages.OfLength(300, 1));
        }

        await DeleteAndEndAsync(store, clock);

        var isLost = false;
        await using var other = new TestProcess(store, clock, fault: moment => isLost && IsOf(moment, primary) ? Failed(moment) : null);
        await other.Transactions.RecoverAsync();
        clock.Advance(TimeSpan.FromSeconds(31));
        isLost = true;
        Assert.ThrowsAsync<StorageUnavailableException>(() => other.Transactions.RecoverAsync());
        Assert.That(await other.Storage.GetInfoAsync("a.png"), Is.Null, "Nothing was compensated.");

        isLost = false;
        await other.Provider.GetAbility<IStorageMirror>()!.ReconcileAsync();
        var recovered = await other.Transactions.RecoverAsync();
        Assert.That((recovered.RolledBack, recovered.Active), Is.EqualTo((1, 0)));
        Assert.That(await other.Storage.GetBytesAsync("a.png"), Is.EqualTo(Testing.SampleImages.OfLength(300, 1)));
        await StoreState.AssertTidyAsync(other, "after the outage");
    }

    /// <summary>Ends a process between the only step of its transaction and the commit.</summary>
    private static async Task DeleteAndEndAsync(MirrorPartsStore store, TestClock clock)
    {
        var isDeleted = false;
        await using var victim = new TestProcess(store, clock, fault: moment =>
        {
            isDeleted |= moment is { Operation: "mirror delete a.png", HasTakenEffect: true };
            return isDeleted && moment is { Operation: "mirror delete document mirror-in-doubt", HasTakenEffect: true } ? new ProcessEndedException() : null;
        });
        Assert.CatchAsync(() => victim.Transactions.ExecuteAsync([new DeleteStep("a.png")], OneAtATime));
    }

    private static bool IsOf(CallMoment moment, bool primary) => moment.Operation.StartsWith("mirror ", StringComparison.Ordinal) != primary;

    private static StorageUnavailableException Failed(CallMoment moment) => new($"The replica does not answer at {moment}.");

    private static async Task ForEachMomentAsync(Func<int, string, Task> run)
    {
        var (moments, after) = await Scenario.RunWholeAsync(typeof(MirrorPartsStore), Steps, OneAtATime);
        var every = TestLength.Of(ShortStep, 1);
        for (var moment = 1; moment <= moments; moment += every)
        {
            await run(moment, after);
        }

        TestContext.Out.WriteLine($"{(moments - 1) / every + 1} moments tried of {moments}");
    }

    private static async Task LoseDuringAsync(int moment, bool primary, bool forEver, string after)
    {
        var (clock, ledger) = (new TestClock(), new Ledger());
        await using var store = new MirrorPartsStore();
        await Scenario.PrepareAsync(store, clock, ledger);
        var before = await DescribeAsync(store, clock, ledger);
        var what = $"{(primary ? "primary" : "mirror")} lost at moment {moment}";
        TransactionOutcome? outcome = null;
        await using (var process = new TestProcess(store, clock, ledger, at => at.Number >= moment && IsOf(at, primary) ? Failed(at) : null))
        {
            try
            {
                await process.Transactions.ExecuteAsync(Scenario.Steps(Steps), OneAtATime);
            }
            catch (TransactionFailedException exception)
            {
                outcome = exception.Outcome;
                what += $": {exception.Message}";
            }
        }

        if (forEver)
        {
            store.Lose(primary);
        }

        await AssertAsync(store, clock, ledger, before, after, outcome, what);
        Assert.That(outcome, Is.Null.Or.EqualTo(TransactionOutcome.RolledBack), what);
    }

    private static async Task EndAndLoseAsync(int moment, bool primary, string after)
    {
        var (clock, ledger) = (new TestClock(), new Ledger());
        await using var store = new MirrorPartsStore();
        await Scenario.PrepareAsync(store, clock, ledger);
        var before = await DescribeAsync(store, clock, ledger);
        CallMoment? end = null;
        var outcome = (TransactionOutcome?)TransactionOutcome.Unknown;
        await using (var process = new TestProcess(store, clock, ledger, at => at.Number == moment ? Ended(end = at) : null))
        {
            try
            {
                await process.Transactions.ExecuteAsync(Scenario.Steps(Steps), OneAtATime);
                outcome = null;
            }
            catch (Exception exception) when (exception is ProcessEndedException or ImageStorageException)
            {
                // No caller sees an exception of a dead process.
            }

            await process.KillAsync();
        }

        store.Lose(primary);
        await AssertAsync(store, clock, ledger, before, after, outcome, $"ended at {end}, and {(primary ? "primary" : "mirror")} lost");
    }

    private static ProcessEndedException Ended(CallMoment _) => new();

    private static async Task<string> DescribeAsync(MirrorPartsStore store, TestClock clock, Ledger ledger)
    {
        await using var process = new TestProcess(store, clock, ledger);
        return await StoreState.DescribeAsync(process);
    }

    private static async Task AssertAsync(MirrorPartsStore store, TestClock clock, Ledger ledger, string before, string after, TransactionOutcome? outcome, string what)
    {
        await using (var process = new TestProcess(store, clock, ledger))
        {
            await process.Provider.GetAbility<IStorageMirror>()!.ReconcileAsync();
        }

        var (exact, alike) = await Scenario.RecoverAsync(store, clock, ledger, what);
        switch (outcome)
        {
            case null:
                Assert.That(alike, Is.EqualTo(after), $"Acknowledged, and not there: {what}");
                break;
            case TransactionOutcome.Unknown:
                Assert.That(exact == before || alike == after, Is.True, $"Neither all nor nothing: {what}{Environment.NewLine}{alike}");
                break;
            default:
                Assert.That(exact, Is.EqualTo(before), what);
                break;
        }
    }
}
