using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// A13: transactions of several processes on the same images wait for each other, for a bounded time. A failure names
/// the other transaction, and differs from the failure caused by a write outside of transactions.
/// </summary>
[TestFixture(typeof(KeepingMemoryStore))]
[TestFixture(typeof(FolderStore))]
internal sealed class ContentionTests(Type kind)
{
    private static readonly TransactionOptions Waiting = new() { Retries = 0 };
    private static readonly TransactionOptions AtOnce = Waiting with { ContentionTimeout = TimeSpan.Zero };
    private readonly TestClock _clock = new();
    private TestStore _store = null!;
    private TestProcess _first = null!;

    /// <summary>Gets the ways in which a transaction of another process can change the image.</summary>
    public enum Change
    {
        Save,
        Update,
        Delete,
        Create,
        Undo,
        UndoneCreate,
        UndoneDelete,
    }

    [SetUp]
    public void Open()
    {
        _store = (TestStore)Activator.CreateInstance(kind)!;
        _first = new TestProcess(_store, _clock);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _first.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Transaction_of_another_process_that_ends_between_read_and_journal_is_waited_for([Values] Change change)
    {
        await PrepareAsync(change);
        await using var second = await AfterReadAsync(change);

        var result = await second.Transactions.ExecuteAsync([Save("mine.png", 8), Save("both.png", 9)], Waiting);

        Assert.That(result.Steps.Select(step => step.Status), Is.All.EqualTo(TransactionStepStatus.Done));
        Assert.That(await _first.Storage.GetBytesAsync("both.png"), Is.EqualTo(BytesFor(9)));
        Assert.That(await _first.Storage.GetBytesAsync("mine.png"), Is.EqualTo(BytesFor(8)));
        await StoreState.AssertTidyAsync(_first, $"{change}");
    }

    [Test]
    public async Task Transaction_of_another_process_that_ends_between_read_and_journal_is_named_when_there_is_no_time_to_wait([Values] Change change)
    {
        await PrepareAsync(change);
        await using var second = await AfterReadAsync(change);

        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => second.Transactions.ExecuteAsync([Save("mine.png", 8), Save("both.png", 9)], AtOnce))!;

        var conflict = (ImageConflictException)failure.InnerException!;
        Assert.That((failure.Outcome, failure.IsTransient, conflict.IsTransient, conflict.Key), Is.EqualTo((TransactionOutcome.RolledBack, true, true, (ImageKey?)"both.png")));
        Assert.That(conflict.Message, Does.Contain("transaction").And.Not.Contain("outside"));
        if (change is Change.Save or Change.Update or Change.Create)
        {
            Assert.That(conflict.TransactionId, Is.EqualTo(_committed));
            Assert.That(conflict.Message, Does.Contain(_committed!));
        }

        Assert.That(await _first.Storage.GetInfoAsync("mine.png"), Is.Null);
        await StoreState.AssertTidyAsync(_first, $"{change}");
    }

    [Test]
    public async Task Write_outside_of_transactions_is_reported_as_such_and_stays([Values(Change.Save, Change.Create)] Change change, [Values] bool afterTransaction)
    {
        if (change == Change.Save)
        {
            await (afterTransaction ? (Task)_first.Transactions.ExecuteAsync([Save("both.png", 1)]) : _first.Storage.SaveBytesAsync("both.png", BytesFor(1)));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        await using var second = new TestProcess(_store, _clock, fault: Once("put document transactions", () => _first.Storage.SaveBytesAsync("both.png", BytesFor(7)).Wait()));
        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => second.Transactions.ExecuteAsync([Save("mine.png", 8), Save("both.png", 9)], Waiting))!;

        var conflict = (ImageConflictException)failure.InnerException!;
        Assert.That((failure.Outcome, conflict.IsTransient, conflict.TransactionId), Is.EqualTo((TransactionOutcome.RolledBack, false, (string?)null)));
        Assert.That(conflict.Message, Does.Contain("outside of transactions"));
        Assert.That(await _first.Storage.GetBytesAsync("both.png"), Is.EqualTo(BytesFor(7)));
        await StoreState.AssertTidyAsync(_first, "outside");
    }

    [Test]
    public async Task Transaction_that_holds_the_image_is_named_and_waited_for()
    {
        var (isHeld, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holder = _first.Transactions.ExecuteAsync([Save("both.png", 1), new CustomStep(
            _ =>
            {
                isHeld.SetResult();
                return mayEnd.Task;
            },
            _ => Task.CompletedTask)]);
        await isHeld.Task;
        var id = (await _first.Transactions.ListAsync()).Items[0].Id;
        var looks = 0;
        await using var second = new TestProcess(_store, _clock, fault: moment =>
        {
            if (moment.Operation == "list documents transactions/" && !moment.HasTakenEffect && ++looks == 4)
            {
                mayEnd.SetResult();
                holder.Wait();
            }

            return null;
        });

        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => second.Transactions.ExecuteAsync([Save("both.png", 9)], AtOnce))!;
        Assert.That((failure.IsTransient, ((ImageConflictException)failure.InnerException!).TransactionId), Is.EqualTo((true, id)));
        Assert.That(failure.Message, Does.Contain($"held by transaction {id} of another process"));

        await second.Transactions.ExecuteAsync([Save("both.png", 9)], Waiting);
        Assert.That(await _first.Storage.GetBytesAsync("both.png"), Is.EqualTo(BytesFor(9)));
        await StoreState.AssertTidyAsync(_first, "held");
    }

    [Test]
    public async Task Precondition_is_not_evaluated_against_a_version_that_is_rolled_back_later()
    {
        var before = await _first.Storage.SaveBytesAsync("both.png", BytesFor(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        var (isHeld, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var undone = _first.Transactions.ExecuteAsync([Save("both.png", 2), new CustomStep(
            async _ =>
            {
                isHeld.SetResult();
                await mayEnd.Task;
                throw new InvalidTimeZoneException();
            },
            _ => Task.CompletedTask)]);
        await isHeld.Task;
        await using var second = new TestProcess(_store, _clock, fault: Once("list documents transactions/", () =>
        {
            mayEnd.SetResult();
            Assert.CatchAsync(() => undone);
        }));

        await second.Transactions.ExecuteAsync([Save("both.png", 9, new SaveOptions { Precondition = new IfMatch(before.ETag) })], Waiting);

        Assert.That(await _first.Storage.GetBytesAsync("both.png"), Is.EqualTo(BytesFor(9)));
    }

    [Test]
    public async Task Custom_step_is_not_run_twice_because_of_another_transaction()
    {
        await PrepareAsync(Change.Save);
        await using var second = await AfterReadAsync(Change.Save);
        var runs = 0;
        var custom = new CustomStep(
            _ =>
            {
                runs++;
                return Task.CompletedTask;
            },
            _ => Task.CompletedTask);

        Assert.ThrowsAsync<TransactionFailedException>(() => second.Transactions.ExecuteAsync([custom, Save("both.png", 9)], Waiting));

        Assert.That(runs, Is.EqualTo(1));
    }

    [Test]
    public async Task Source_that_cannot_be_read_again_is_not_read_twice()
    {
        await PrepareAsync(Change.Save);
        await using var second = await AfterReadAsync(Change.Save);
        var once = new SaveStep(new SaveRequest("mine.png", new OnceStream(BytesFor(8))));

        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => second.Transactions.ExecuteAsync([once, Save("both.png", 9)], Waiting with { MaxConcurrency = 1 }))!;

        Assert.That((failure.Outcome, failure.IsTransient), Is.EqualTo((TransactionOutcome.RolledBack, true)));
    }

    [Test]
    public async Task Transactions_of_four_processes_on_one_image_all_succeed()
    {
        const int Each = 8;
        var patient = new TransactionOptions { ContentionTimeout = TimeSpan.FromHours(1), Timeout = TimeSpan.FromHours(1) };
        var processes = Enumerable.Range(0, 4).Select(_ => new TestProcess(_store, _clock, timers: TimeProvider.System)).ToList();
        try
        {
            var all = await Task.WhenAll(processes.Select(async process =>
            {
                var done = 0;
                for (; done < Each; done++)
                {
                    await process.Transactions.ExecuteAsync([Save("both.png", done), new AppendStep(new HistoryEntry { Mode = "test" })], patient);
                }

                return done;
            }));

            Assert.That(all.Sum(), Is.EqualTo(4 * Each));
            Assert.That((await _first.History.ListAsync(new HistoryQuery { Limit = 1000 })).Items, Has.Count.EqualTo(4 * Each));
            await StoreState.AssertTidyAsync(_first, "four processes");
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }

    [Test]
    public void Contention_timeout_out_of_range_is_refused() =>
        Assert.That(() => _first.Transactions.ExecuteAsync([Save("a.png", 1)], new TransactionOptions { ContentionTimeout = TimeSpan.FromDays(2) }), Throws.TypeOf<ArgumentOutOfRangeException>());

    private string? _committed;

    private async Task PrepareAsync(Change change)
    {
        if (change is not (Change.Create or Change.UndoneCreate))
        {
            await _first.Storage.SaveBytesAsync("both.png", BytesFor(1));
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>
    /// Returns a process whose next transaction has read its images when the first process changes one of them by a
    /// transaction that ends; or, for a transaction that is rolled back, has read them while the version to be rolled
    /// back was present.
    /// </summary>
    private async Task<TestProcess> AfterReadAsync(Change change)
    {
        if (change is Change.Save or Change.Update or Change.Delete or Change.Create)
        {
            return new TestProcess(_store, _clock, fault: Once("put document transactions", () => _committed = _first.Transactions.ExecuteAsync([StepOf(change)]).Result.Id));
        }

        var (isHeld, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var undone = _first.Transactions.ExecuteAsync([StepOf(change), new CustomStep(
            async _ =>
            {
                isHeld.SetResult();
                await mayEnd.Task;
                throw new InvalidTimeZoneException();
            },
            _ => Task.CompletedTask)]);
        await isHeld.Task;
        _clock.Advance(TimeSpan.FromSeconds(1));
        return new TestProcess(_store, _clock, fault: Once("put document transactions", () =>
        {
            mayEnd.SetResult();
            Assert.CatchAsync(() => undone);
        }));
    }

    private static TransactionStep StepOf(Change change) => change switch
    {
        Change.Update => new UpdateStep("both.png", new ImageUpdate { Tags = ["t"] }),
        Change.Delete or Change.UndoneDelete => new DeleteStep("both.png"),
        _ => Save("both.png", 2),
    };

    /// <summary>Runs a callback once, before a call of the provider.</summary>
    private static Func<CallMoment, Exception?> Once(string operation, Action act)
    {
        var isOver = 0;
        return moment =>
        {
            if (moment.Operation == operation && !moment.HasTakenEffect && Interlocked.Exchange(ref isOver, 1) == 0)
            {
                act();
            }

            return null;
        };
    }

    private static byte[] BytesFor(int seed) => SampleImages.OfLength(300, seed);

    private static SaveStep Save(string key, int seed, SaveOptions? options = null) => new(new SaveRequest(key, new MemoryStream(BytesFor(seed)), options));

    private sealed class OnceStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
