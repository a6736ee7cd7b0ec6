using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// A6: the first use of a store by 200 concurrent callers, in one process and in several, fails for none of them.
/// </summary>
[TestFixture(typeof(MemoryTestStore), 1, Callers)]
[TestFixture(typeof(KeepingMemoryStore), 1, Callers)]
[TestFixture(typeof(FolderStore), 1, Callers)]
[TestFixture(typeof(FolderStore), 4, Callers)]
[TestFixture(typeof(DatabaseStore), 1, Callers)]
[TestFixture(typeof(CloudStore), 4, 20)]
internal sealed class FirstUseTests(Type kind, int processes, int shortCallers)
{
    private const int Callers = 200;
    private readonly int _callers = TestLength.Of(shortCallers, Callers);
    private TestStore _store = null!;
    private List<TestProcess> _processes = [];

    [SetUp]
    public void Open()
    {
        _store = (TestStore)Activator.CreateInstance(kind)!;
        _processes = [.. Enumerable.Range(0, processes).Select(_ => new TestProcess(_store, new TestClock(), timers: TimeProvider.System))];
    }

    [TearDown]
    public async Task CloseAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }

        await _store.DisposeAsync();
    }

    [Test]
    public async Task First_transactions_at_once_all_succeed()
    {
        var patient = new TransactionOptions { Timeout = TimeSpan.FromHours(1) };

        var results = await TogetherAsync((process, caller) => process.Transactions.ExecuteAsync(
            [
                new SaveStep(new SaveRequest($"{caller}.png", new MemoryStream(SampleImages.OfLength(200, caller)))),
                new AppendStep(new HistoryEntry { Mode = "first" }),
                new ActionStep("ledger", $"{caller}"),
            ],
            patient));

        Assert.That(results.SelectMany(result => result.Steps).Select(step => step.Status), Is.All.EqualTo(TransactionStepStatus.Done));
        Assert.That((await _processes[0].Storage.GetUsageAsync()).Count, Is.EqualTo(_callers));
        Assert.That((await _processes[0].History.ListAsync(new HistoryQuery { Limit = 1000 })).Items, Has.Count.EqualTo(_callers));
        if (_processes[0].Provider.Capabilities.MultiProcess)
        {
            Assert.That(await _processes[0].Provider.Documents.ListAsync("transaction-owners/"), Has.Count.EqualTo(processes), "Each process takes one lease.");
        }

        await StoreState.AssertTidyAsync(_processes[0], "first use");
    }

    [Test]
    public async Task First_entries_of_the_history_at_once_are_all_kept()
    {
        var entries = await TogetherAsync((process, caller) => process.History.AppendAsync(new HistoryEntry { Mode = "first", Keys = [$"{caller}.png"] }));

        var page = await _processes[^1].History.ListAsync(new HistoryQuery { Limit = 1000 });
        Assert.That(page.Items.Select(entry => entry.Id), Is.EquivalentTo(entries.Select(entry => entry.Id)));
    }

    [Test]
    public async Task First_recoveries_and_lists_at_once_find_nothing()
    {
        var found = await TogetherAsync(async (process, caller) =>
            caller % 2 == 0 ? (await process.Transactions.RecoverAsync()).RolledBack : (await process.Transactions.ListAsync()).Items.Count);

        Assert.That(found, Is.All.Zero);
    }

    private async Task<T[]> TogetherAsync<T>(Func<TestProcess, int, Task<T>> call)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, _callers).Select(async caller =>
        {
            await start.Task;
            return await call(_processes[caller % processes], caller);
        }).ToList();
        start.SetResult();
        return await Task.WhenAll(calls);
    }
}
