using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests.Crashes;

/// <summary>
/// P3, P7: before and after every call the provider fails, once or from then on. Afterwards the transaction is
/// acknowledged and present, or a typed failure says what is left. When the provider works again, the store is as
/// before or as after the transaction.
/// </summary>
[TestFixture(typeof(KeepingMemoryStore), 1)]
[TestFixture(typeof(MemoryTestStore), 1)]
[TestFixture(typeof(FolderStore), 7)]
[TestFixture(typeof(DatabaseStore), 7)]
[TestFixture(typeof(HybridFoldersStore), 7)]
[TestFixture(typeof(HybridPartsStore), 17)]
[TestFixture(typeof(MirrorFoldersStore), 7)]
[TestFixture(typeof(CloudStore), 97)]
[Parallelizable(ParallelScope.All)]
internal sealed class FaultPointTests(Type kind, int shortStep)
{
    // A move has few calls.
    private const int MaxShortStep = 11;
    private static readonly TransactionOptions OneAtATime = new() { MaxConcurrency = 1 };

    [Test]
    public Task Provider_that_fails_at_any_call_of_a_transaction_leaves_all_of_it_or_nothing([Values] bool forGood) => RunAsync(forGood);

    [Test]
    public async Task Every_fault_point_of_a_move_leaves_all_of_it_or_nothing([ValueSource(nameof(Moves))] string name, [Values] bool forGood)
    {
        var run = Scenario.Alone[name];
        var (moments, after) = await Scenario.RunWholeAsync(kind, run);
        for (var moment = 1; moment <= moments; moment += Math.Min(TestLength.Of(shortStep, 1), MaxShortStep))
        {
            await FailAtAsync(run, name, moment, forGood, after);
        }
    }

    private static IEnumerable<string> Moves => Scenario.Alone.Keys.Where(name => name.StartsWith("move", StringComparison.Ordinal));

    private async Task RunAsync(bool forGood)
    {
        var every = TestLength.Of(shortStep, 1);
        var points = 0;
        for (var steps = 1; steps <= Scenario.MostSteps; steps++)
        {
            var (moments, after) = await Scenario.RunWholeAsync(kind, steps, OneAtATime);
            for (var moment = (steps % every) + 1; moment <= moments; moment += every)
            {
                await FailAtAsync(process => process.Transactions.ExecuteAsync(Scenario.Steps(steps), OneAtATime), $"{steps} steps", moment, forGood, after);
                points++;
            }
        }

        TestContext.Out.WriteLine($"{kind.Name}: {points} faults tried {(forGood ? "that stay" : "that pass")} in transactions of 1 to {Scenario.MostSteps} steps{(every == 1 ? ", all there are" : $", every {every}th")}");
        Assert.That(points, Is.GreaterThan(60 / every));
    }

    private async Task FailAtAsync(Func<TestProcess, Task> run, string name, int moment, bool forGood, string after)
    {
        var (clock, ledger) = (new TestClock(), new Ledger());
        await using var store = (TestStore)Activator.CreateInstance(kind)!;
        await Scenario.PrepareAsync(store, clock, ledger);
        string before;
        await using (var process = new TestProcess(store, clock, ledger))
        {
            before = await StoreState.DescribeAsync(process);
        }

        CallMoment? struck = null;
        var what = $"{kind.Name}, {name}, fault at moment {moment}{(forGood ? " and from then on" : string.Empty)}";
        TransactionOutcome? outcome = null;
        await using (var process = new TestProcess(store, clock, ledger, at => at.Number == moment || (forGood && at.Number > moment) ? Failed(struck ??= at) : null))
        {
            try
            {
                await run(process);
            }
            catch (StorageUnavailableException exception)
            {
                // A move that was rolled back throws the cause.
                outcome = TransactionOutcome.RolledBack;
                what += $" ({struck}): {exception.Message}";
            }
            catch (TransactionFailedException exception)
            {
                outcome = exception.Outcome;
                what += $" ({struck}): {exception.Message}";
            }

            await process.KillAsync();
        }

        Assert.That(struck, Is.Not.Null, what);
        if (!forGood)
        {
            Assert.That(outcome, Is.Null, $"A failure that passes is not felt: {what}");
        }

        var (exact, alike) = await Scenario.RecoverAsync(store, clock, ledger, what);
        switch (outcome)
        {
            case null:
                Assert.That(alike, Is.EqualTo(after), $"Acknowledged, and not there: {what}");
                break;
            case TransactionOutcome.Unknown:
                Assert.That(exact == before || alike == after, Is.True, what);
                break;
            default:
                Assert.That(exact, Is.EqualTo(before), what);
                break;
        }
    }

    private static StorageUnavailableException Failed(CallMoment at) => new($"The network failed at {at}.");
}
