using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests.Crashes;

/// <summary>
/// P1, P3: before and after every call that a transaction makes on its provider, the process ends and another process
/// recovers the store. The store is then byte for byte as before, records included, or as the committed transaction
/// leaves it: the latter after the acknowledgement, and only after the commit.
/// </summary>
[TestFixture(typeof(KeepingMemoryStore), 1)]
[TestFixture(typeof(MemoryTestStore), 1)]
[TestFixture(typeof(FolderStore), 4)]
[TestFixture(typeof(DatabaseStore), 4)]
[TestFixture(typeof(HybridFoldersStore), 4)]
[TestFixture(typeof(HybridPartsStore), 9)]
[TestFixture(typeof(MirrorFoldersStore), 4)]
[TestFixture(typeof(MirrorPartsStore), 37)]
[TestFixture(typeof(CloudStore), 40)]
[Parallelizable(ParallelScope.All)]
internal sealed class CrashPointTests(Type kind, int shortStep)
{
    // A copy or move has few calls.
    private const int MaxShortStep = 8;
    private static readonly TransactionOptions OneAtATime = new() { MaxConcurrency = 1, Retries = 0, RetryDelay = TimeSpan.Zero };

    [Test]
    public Task Process_that_ends_at_any_call_of_a_transaction_leaves_all_of_it_or_nothing() => RunAsync();

    [TestCaseSource(nameof(CopiesAndMoves))]
    public async Task Every_crash_point_of_a_copy_or_move_leaves_all_of_it_or_nothing(string name)
    {
        var run = Scenario.Alone[name];
        var (moments, after) = await Scenario.RunWholeAsync(kind, run);
        var every = TestLength.Of(Math.Min(shortStep, MaxShortStep), 1);
        for (var moment = 1 + (Array.IndexOf([.. CopiesAndMoves], name) % every); moment <= moments; moment += every)
        {
            await EndAtAsync(run, name, moment, after);
        }

        TestContext.Out.WriteLine($"{kind.Name}: crash points of a {name} tried, every {every}th of {moments}");
    }

    private static IEnumerable<string> CopiesAndMoves => Scenario.Alone.Keys;

    private async Task RunAsync()
    {
        var every = TestLength.Of(shortStep, 1);
        var points = 0;
        for (var steps = 1; steps <= Scenario.MostSteps; steps++)
        {
            var (moments, after) = await Scenario.RunWholeAsync(kind, steps, OneAtATime);
            for (var moment = (steps % every) + 1; moment <= moments; moment += every)
            {
                await EndAtAsync(process => process.Transactions.ExecuteAsync(Scenario.Steps(steps), OneAtATime), $"{steps} steps", moment, after);
                points++;
            }
        }

        TestContext.Out.WriteLine($"{kind.Name}: {points} crash points tried in transactions of 1 to {Scenario.MostSteps} steps{(every == 1 ? ", all there are" : $", every {every}th")}");
        Assert.That(points, Is.GreaterThan(60 / every));
    }

    private async Task EndAtAsync(Func<TestProcess, Task> run, string name, int moment, string after)
    {
        var (clock, ledger) = (new TestClock(), new Ledger());
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        await Scenario.PrepareAsync(store, clock, ledger);
        string before;
        await using (var process = new TestProcess(store, clock, ledger))
        {
            before = await StoreState.DescribeAsync(process);
        }

        CallMoment? end = null;
        var (isAcknowledged, hasCommitted) = (false, false);
        await using (var process = new TestProcess(store, clock, ledger, at => at.Number == moment ? Ended(end = at) : null))
        {
            try
            {
                await run(process);
                isAcknowledged = true;
            }
            catch (Exception exception) when (exception is ProcessEndedException or ImageStorageException)
            {
                // No caller sees an exception of a dead process.
            }

            hasCommitted = process.Moments.Exists(at => at is { Operation: "delete document transactions", HasTakenEffect: true });
            await process.KillAsync();
        }

        var what = $"{kind.Name}, {name}, ended at moment {moment}: {end}";
        var (exact, alike) = await Scenario.RecoverAsync(store, clock, ledger, what);
        Assert.That(end, Is.Not.Null, what);
        if (isAcknowledged || alike == after)
        {
            var isBehindTheCommit = IsTidying(end!.Operation) || (end.HasTakenEffect && (end.Operation is "delete document transactions" or "commit" || (name.StartsWith("copy", StringComparison.Ordinal) && IsCopy(end.Operation))));
            Assert.That(alike, Is.EqualTo(after), $"Acknowledged, and not there: {what}");

            // After the effect on the primary, a mirror makes further calls: the effect on the other replica, and its hints.
            isBehindTheCommit |= kind == typeof(MirrorPartsStore) && (hasCommitted || name.StartsWith("copy", StringComparison.Ordinal));
            Assert.That(isBehindTheCommit, Is.True, $"There, and not committed: {what}");
        }
        else
        {
            Assert.That(exact, Is.EqualTo(before), what);
        }
    }

    // A hybrid reads the record of a retained version before the drop, and deletes replaced content after the commit.
    private static bool IsTidying(string operation) => operation is "drop" or "mirror drop" or "content drop" or "info kept" || operation.StartsWith("content delete ", StringComparison.Ordinal);

    // A hybrid commits the copy of a large image by a put of the record.
    private static bool IsCopy(string operation) => operation.StartsWith("copy ", StringComparison.Ordinal) || operation is "put new/e.png";

    private static ProcessEndedException Ended(CallMoment _) => new();
}
