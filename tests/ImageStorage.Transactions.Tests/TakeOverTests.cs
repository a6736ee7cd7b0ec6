using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// A7: work that a second process finishes between two calls of a first one is finished. At each call of a recovery, or
/// of a transaction that rolls back, another process recovers the store. Nothing is reported as damaged or in doubt, no
/// call throws, and everything is as before.
/// </summary>
[TestFixture(typeof(KeepingMemoryStore))]
[TestFixture(typeof(FolderStore))]
[TestFixture(typeof(HybridFoldersStore))]
[TestFixture(typeof(MirrorFoldersStore))]
internal sealed class TakeOverTests(Type kind)
{
    private static readonly TransactionOptions OneAtATime = new() { MaxConcurrency = 1, Retries = 0, RetryDelay = TimeSpan.Zero, Timeout = TimeSpan.FromHours(1) };

    [Test]
    public async Task Two_concurrent_recoveries_roll_a_transaction_back_and_report_nothing([Values] bool leaseEnds)
    {
        for (var moment = 1; await RunAsync(moment, leaseEnds); moment++)
        {
        }
    }

    [Test]
    public async Task Owner_that_rolls_its_transaction_back_slowly_reports_nothing_as_damaged()
    {
        for (var moment = 1; await RollBackAsync(moment); moment++)
        {
        }
    }

    /// <summary>
    /// Runs the second process at a moment of the first one's recovery. Returns <see langword="false"/> if the recovery
    /// has fewer moments.
    /// </summary>
    private async Task<bool> RunAsync(int at, bool leaseEnds)
    {
        var clock = new TestClock();
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        var before = await PrepareAsync(store, clock);
        await using (var victim = new TestProcess(store, clock, fault: moment => moment.Operation == "delete document transactions" ? new ProcessEndedException() : null))
        {
            Assert.CatchAsync(() => victim.Transactions.ExecuteAsync(Steps(), OneAtATime));
        }

        await using var second = new TestProcess(store, clock);
        var isIn = false;
        await using var first = new TestProcess(store, clock, fault: moment =>
        {
            if (moment.Number == at && !isIn)
            {
                isIn = true;
                RecoverAsync(second, clock, leaseEnds).Wait();
            }

            return null;
        });
        var told = Listen(first, second);
        await RecoverAsync(first, clock, leaseEnds: true);

        var what = $"{kind.Name}, moment {at}, lease ends: {leaseEnds}";
        await RecoverAsync(second, clock, leaseEnds: true);
        await first.FlushEventsAsync();
        await AssertAsync(second, before, told, what);
        return isIn;
    }

    private async Task<bool> RollBackAsync(int at)
    {
        var clock = new TestClock();
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        var before = await PrepareAsync(store, clock);
        await using var second = new TestProcess(store, clock);
        var (isUndoing, isIn, moments) = (false, false, 0);
        await using var first = new TestProcess(store, clock, fault: _ =>
        {
            if (isUndoing && ++moments == at)
            {
                isIn = true;
                RecoverAsync(second, clock, leaseEnds: true).Wait();
            }

            return null;
        });
        var told = Listen(first, second);
        var failing = new CustomStep(
            _ =>
            {
                isUndoing = true;
                throw new InvalidTimeZoneException();
            },
            _ => Task.CompletedTask);
        Assert.ThrowsAsync<TransactionFailedException>(() => first.Transactions.ExecuteAsync([.. Steps(), failing], OneAtATime));
        isUndoing = false;

        var what = $"{kind.Name}, rollback, moment {at}";
        foreach (var pending in (await second.Transactions.ListAsync()).Items)
        {
            Assert.That((pending.State, pending.Keys.Count), Is.EqualTo((TransactionState.InDoubt, 0)), what);
            await second.Transactions.DismissAsync(pending.Id);
        }

        await RecoverAsync(second, clock, leaseEnds: true);
        await first.FlushEventsAsync();
        await AssertAsync(second, before, told, what);
        return isIn;
    }

    private static async Task RecoverAsync(TestProcess process, TestClock clock, bool leaseEnds)
    {
        await process.Transactions.RecoverAsync();
        if (leaseEnds)
        {
            clock.Advance(TimeSpan.FromSeconds(31));
            await process.Transactions.RecoverAsync();
        }
    }

    private static List<StorageEvent> Listen(params TestProcess[] processes)
    {
        var told = new List<StorageEvent>();
        foreach (var process in processes)
        {
            process.Events.Subscribe(storageEvent =>
            {
                lock (told)
                {
                    told.Add(storageEvent);
                }
            });
        }

        return told;
    }

    private static async Task AssertAsync(TestProcess process, string before, List<StorageEvent> told, string what)
    {
        Assert.That(await StoreState.DescribeAsync(process), Is.EqualTo(before), what);
        await StoreState.AssertTidyAsync(process, what);
        await process.FlushEventsAsync();
        lock (told)
        {
            // A process cannot run the compensation of another process's custom step, and reports that; the store is
            // not damaged.
            var reasons = told.OfType<TransactionInDoubt>().Select(doubt => doubt.Reason);
            Assert.That(reasons.Where(reason => !reason.StartsWith("A custom step", StringComparison.Ordinal)), Is.Empty, what);
        }
    }

    private static async Task<string> PrepareAsync(TestStore store, TestClock clock)
    {
        await using var process = new TestProcess(store, clock);
        await process.Storage.SaveBytesAsync("over.png", SampleImages.OfLength(300, 1));
        await process.Storage.SaveBytesAsync("gone.png", SampleImages.OfLength(300, 2));
        clock.Advance(TimeSpan.FromSeconds(1));
        return await StoreState.DescribeAsync(process);
    }

    private static TransactionStep[] Steps() =>
    [
        new SaveStep(new SaveRequest("over.png", new MemoryStream(SampleImages.OfLength(300, 3)))),
        new DeleteStep("gone.png"),
        new SaveStep(new SaveRequest("new.png", new MemoryStream(SampleImages.OfLength(300, 4)))),
        new AppendStep(new HistoryEntry { Mode = "test" }),
    ];
}
