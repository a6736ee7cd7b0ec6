using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// The results of transactions, and the failures for wrong input, on a provider with and a provider without atomic
/// commits.
/// </summary>
[TestFixture(typeof(KeepingMemoryStore))]
[TestFixture(typeof(MemoryTestStore))]
[TestFixture(typeof(FolderStore))]
[TestFixture(typeof(DatabaseStore))]
internal sealed class TransactionTests(Type kind)
{
    private static readonly TransactionOptions Quick = new() { Retries = 1, RetryDelay = TimeSpan.Zero };
    private readonly TestClock _clock = new();
    private TestStore _store = null!;
    private TestProcess _process = null!;

    private ImageTransactions Transactions => _process.Transactions;

    [SetUp]
    public void Open()
    {
        _store = (TestStore)Activator.CreateInstance(kind)!;
        _process = new TestProcess(_store, _clock);
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _process.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Test]
    public async Task Delegate_form_executes_all_kinds_of_steps_and_returns_each_result()
    {
        await SaveAsync("over.png", 1);
        await SaveAsync("gone.png", 2);
        await SaveAsync("told.png", 3);
        var ran = false;

        var result = await Transactions.ExecuteAsync(tx =>
        {
            tx.Save("new.png", Image(4)).Save("over.png", Image(5)).Delete("gone.png").Delete("never.png")
                .Update("told.png", new ImageUpdate { Tags = ["t"] })
                .Append(new HistoryEntry { Mode = "test", Keys = ["new.png"] })
                .Run("ledger", "row")
                .Run(_ => Task.FromResult(ran = true), _ => Task.CompletedTask);
            return Task.CompletedTask;
        });

        Assert.That(result.Steps.Select(step => step.Status), Is.All.EqualTo(TransactionStepStatus.Done));
        Assert.That(result.Steps.Select(step => step.Deleted), Is.EqualTo(new[] { false, false, true, false, false, false, false, false }));
        Assert.That(result.Steps[0].Info, Is.EqualTo(await _process.Storage.GetInfoAsync("new.png")));
        Assert.That(await BytesOf("over.png"), Is.EqualTo(BytesFor(5)));
        Assert.That(await _process.Storage.GetInfoAsync("gone.png"), Is.Null);
        Assert.That((await _process.Storage.GetInfoAsync("told.png"))!.Tags, Is.EqualTo(new[] { "t" }));
        Assert.That((await _process.History.ListAsync(new HistoryQuery())).Items, Is.EqualTo(new[] { result.Steps[5].Entry }));
        Assert.That((_process.Ledger.Rows, ran), Is.EqualTo((new[] { "row" }, true)));
        await StoreState.AssertTidyAsync(_process, "done");
    }

    [Test]
    public void Empty_transaction_is_refused() =>
        Assert.That(() => Transactions.ExecuteAsync([]), Throws.ArgumentException.With.Message.Contains("0 steps"));

    [Test]
    public void Transaction_of_more_than_a_thousand_steps_is_refused() =>
        Assert.That(
            () => Transactions.ExecuteAsync([.. Enumerable.Range(0, 1001).Select(i => new DeleteStep($"{i}.png"))]),
            Throws.ArgumentException.With.Message.Contains("1001 steps"));

    [Test]
    public async Task Same_key_twice_is_refused_and_nothing_is_started()
    {
        Assert.That(() => Transactions.ExecuteAsync([Save("a.png", 1), new DeleteStep("a.png")]), Throws.TypeOf<ImageValidationException>().With.Message.Contains("'a.png' is in two steps"));

        Assert.That(await _process.Storage.GetInfoAsync("a.png"), Is.Null);
        Assert.That(_process.Ledger.Rows, Is.Empty);
    }

    [Test]
    public void Action_that_is_not_registered_is_refused() =>
        Assert.That(() => Transactions.ExecuteAsync([new ActionStep("unregistered")]), Throws.ArgumentException.With.Message.Contains("'unregistered'"));

    [Test]
    public void Argument_of_an_action_that_is_too_long_is_refused() =>
        Assert.That(() => Transactions.ExecuteAsync([new ActionStep("ledger", new string('x', 4097))]), Throws.TypeOf<ImageValidationException>());

    [TestCase(-1, 8)]
    [TestCase(2, 0)]
    public void Options_out_of_range_are_refused(int retries, int concurrency) =>
        Assert.That(() => Transactions.ExecuteAsync([Save("a.png", 1)], new TransactionOptions { Retries = retries, MaxConcurrency = concurrency }), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public async Task Delegate_that_throws_has_started_nothing()
    {
        Assert.That(
            () => Transactions.ExecuteAsync(tx =>
            {
                tx.Save("a.png", Image(1));
                throw new InvalidTimeZoneException();
            }),
            Throws.TypeOf<InvalidTimeZoneException>());

        Assert.That(await _process.Storage.GetInfoAsync("a.png"), Is.Null);
    }

    [Test]
    public async Task Step_that_throws_after_its_effect_is_compensated_with_the_others()
    {
        var before = await SaveAsync("over.png", 1);

        var failure = await FailureOfAsync([Save("over.png", 2), new ActionStep("ledger", "row"), new CustomStep(
            _ =>
            {
                _process.Ledger.Add("custom");
                throw new InvalidTimeZoneException("after the effect");
            },
            _ =>
            {
                _process.Ledger.Remove("custom");
                return Task.CompletedTask;
            })]);

        Assert.That(failure.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        Assert.That(failure.InnerException, Is.TypeOf<InvalidTimeZoneException>());
        Assert.That(failure.Steps[2].Status, Is.EqualTo(TransactionStepStatus.Failed));
        Assert.That(_process.Ledger.Rows, Is.Empty);
        await AssertIsAsync(before, 1);
        await StoreState.AssertTidyAsync(_process, "rolled back");
    }

    [Test]
    public async Task Step_that_causes_the_failure_has_failed_and_a_cancelled_step_is_not_done()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiting = new SaveStep(new SaveRequest("waiting.png", async token =>
        {
            started.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(token);
            return new MemoryStream(BytesFor(1));
        }));
        var failing = new SaveStep(new SaveRequest("failing.png", async _ =>
        {
            await started.Task;
            throw new InvalidTimeZoneException("the source");
        }));

        var failure = await FailureOfAsync([waiting, failing]);

        Assert.That(failure.Steps.Select(step => (step.Status, step.Error?.GetType())), Is.EqualTo(new[] { (TransactionStepStatus.NotDone, null), (TransactionStepStatus.Failed, typeof(InvalidTimeZoneException)) }));
    }

    [Test]
    public async Task Refused_step_has_failed()
    {
        await SaveAsync("there.png", 1);
        TransactionStep[] refused =
        [
            new SaveStep(new SaveRequest("there.png", Image(2), new SaveOptions { Precondition = IfNoneMatch.Any })),
            new UpdateStep("missing.png", new ImageUpdate { Tags = ["t"] }),
            new CopyStep("missing.png", "copy.png"),
            new MoveStep("missing.png", "moved.png"),
            new DeleteStep("there.png", new DeleteOptions { Precondition = new IfMatch(new ImageETag("other")) }),
        ];

        foreach (var step in refused)
        {
            var failure = await FailureOfAsync([Save("other.png", 3), step]);

            Assert.That(failure.Steps[1].Status, Is.EqualTo(TransactionStepStatus.Failed), $"{step}");
            Assert.That(failure.Steps[1].Error, Is.SameAs(failure.InnerException), $"{step}");
            Assert.That(failure.Steps[0].Status, Is.EqualTo(TransactionStepStatus.NotDone), $"{step}");
        }
    }

    [Test]
    public async Task Compensation_that_throws_leaves_the_transaction_in_doubt_until_it_succeeds()
    {
        var action = new StubbornAction();
        await using var process = await ReopenAsync(action);
        var before = await SaveAsync("over.png", 1);
        var told = new List<StorageEvent>();
        var recovered = new TaskCompletionSource();
        using var subscription = process.Events.Subscribe(storageEvent =>
        {
            told.Add(storageEvent);
            if (storageEvent is TransactionRecovered)
            {
                recovered.SetResult();
            }
        });

        var failure = await FailureOfAsync([new ActionStep("stubborn", "it"), new ActionStep("stubborn", "it"), Save("over.png", 2), new CustomStep(_ => throw new InvalidTimeZoneException(), _ => Task.CompletedTask)]);

        Assert.That(failure.Outcome, Is.EqualTo(TransactionOutcome.InDoubt));
        Assert.That(failure.Steps[0].Status, Is.EqualTo(TransactionStepStatus.InDoubt));
        await AssertIsAsync(before, 1);
        var pending = (await process.Transactions.ListAsync()).Items;
        Assert.That((pending[0].Id, pending[0].State, pending[0].Steps), Is.EqualTo((failure.TransactionId, TransactionState.InDoubt, 2)));
        Assert.That(pending[0].Reason, Does.Match("^(?!.*not yet.*not yet).*not yet"), "One reason for two steps.");

        Assert.That((await process.Transactions.RecoverAsync()).InDoubt, Is.EqualTo(1));
        action.Yields = true;
        Assert.That((await process.Transactions.RecoverAsync()).RolledBack, Is.EqualTo(1));
        await recovered.Task;
        Assert.That(told.Select(one => one.GetType()), Is.EqualTo(new[] { typeof(TransactionInDoubt), typeof(TransactionRecovered) }), "It is told once, however often it is tried again.");
        Assert.That(((TransactionInDoubt)told[0]).Id, Is.EqualTo(failure.TransactionId));
        await StoreState.AssertTidyAsync(process, "recovered");
        await AssertIsAsync(before, 1);
    }

    [Test]
    public async Task Custom_step_of_a_dead_process_is_in_doubt_until_the_transaction_is_dismissed()
    {
        var before = await SaveAsync("over.png", 1);
        await _process.DisposeAsync();
        var id = await DieInAsync(new CustomStep(_ => throw new ProcessEndedException(), _ => throw new ProcessEndedException()), Save("over.png", 2));
        _process = new TestProcess(_store, _clock);

        await Transactions.RecoverAsync();
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.That((await Transactions.RecoverAsync()).InDoubt, Is.EqualTo(1));
        await ReopenAsync();
        var told = NextEventAsync();
        Assert.That((await Transactions.RecoverAsync()).InDoubt, Is.EqualTo(1));
        Assert.That(((TransactionInDoubt)await told).Id, Is.EqualTo(id), "The next process tells of it, too.");

        await AssertIsAsync(before, 1);
        var pending = (await Transactions.ListAsync()).Items[0];
        Assert.That((pending.State, pending.Keys.Count), Is.EqualTo((TransactionState.InDoubt, 0)));
        Assert.That(await Transactions.DismissAsync(pending.Id), Is.True);
        Assert.That(await Transactions.DismissAsync(pending.Id), Is.False);
        Assert.That((await Transactions.ListAsync()).Items, Is.Empty);
        Assert.That(id, Is.EqualTo(pending.Id));
    }

    [Test]
    public async Task Undecided_transactions_are_listed_by_pages_in_the_order_of_their_ids()
    {
        var ids = Enumerable.Range(1, 5).Select(number => $"{number:x32}").ToList();
        foreach (var id in ids)
        {
            await _process.Provider.Documents.PutAsync($"transactions/{id}", "no journal"u8.ToArray());
        }

        var pages = new List<TransactionPage>();
        var query = new TransactionQuery { Limit = 2 };
        do
        {
            pages.Add(await Transactions.ListAsync(query));
            query = query with { ContinuationToken = pages[^1].ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        Assert.That(pages.Select(page => page.Items.Count), Is.EqualTo(new[] { 2, 2, 1 }));
        Assert.That(pages.SelectMany(page => page.Items).Select(item => (item.Id, item.State)), Is.EqualTo(ids.Select(id => (id, TransactionState.Unreadable))));
        Assert.That((await Transactions.ListAsync(new TransactionQuery { Limit = 5 })).ContinuationToken, Is.Null, "There is no further page.");
        foreach (var id in ids)
        {
            await Transactions.DismissAsync(id);
        }
    }

    [Test]
    public void Query_of_transactions_that_is_not_valid_is_refused()
    {
        Assert.That(() => Transactions.ListAsync(new TransactionQuery { Limit = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Transactions.ListAsync(new TransactionQuery { ContinuationToken = "../x" }), Throws.TypeOf<ImageValidationException>());
    }

    [Test]
    public async Task Conflict_of_a_transaction_names_the_current_version()
    {
        var saved = await SaveAsync("over.png", 1);

        var failure = await FailureOfAsync([new DeleteStep("over.png", new DeleteOptions { Precondition = new IfMatch(new ImageETag("another")) })]);

        Assert.That((failure.InnerException as ImageConflictException)?.CurrentETag, Is.EqualTo(saved.ETag));
    }

    [Test]
    public async Task Timeout_during_an_upload_rolls_everything_back()
    {
        var before = await SaveAsync("over.png", 1);
        var endless = new SaveStep(new SaveRequest("endless.png", _ => ValueTask.FromResult<Stream>(new StalledStream(BytesFor(2)))));
        await using var process = await ReopenAsync(clock: TimeProvider.System);

        var failure = await FailureOfAsync([Save("over.png", 2), endless], new TransactionOptions { Timeout = TimeSpan.FromMilliseconds(50) });

        Assert.That(failure.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        Assert.That(failure.InnerException, Is.TypeOf<TimeoutException>());
        await AssertIsAsync(before, 1);
        Assert.That(await _process.Storage.GetInfoAsync("endless.png"), Is.Null);
        await StoreState.AssertTidyAsync(_process, "timed out");
    }

    [Test]
    public async Task Cancelled_token_rolls_everything_back_and_ends_the_call_with_the_cancellation()
    {
        var before = await SaveAsync("over.png", 1);
        using var source = new CancellationTokenSource();

        Assert.That(
            () => Transactions.ExecuteAsync([Save("over.png", 2), new CustomStep(_ => source.CancelAsync(), _ => Task.CompletedTask), new ActionStep("ledger", "row")], Quick, source.Token),
            Throws.InstanceOf<OperationCanceledException>());

        await AssertIsAsync(before, 1);
        Assert.That(_process.Ledger.Rows, Is.Empty);
        await StoreState.AssertTidyAsync(_process, "cancelled");
    }

    [Test]
    public async Task Content_that_is_not_an_image_rolls_everything_back()
    {
        var before = await SaveAsync("over.png", 1);
        var none = new SaveStep(new SaveRequest("none.png", new MemoryStream("not an image"u8.ToArray())));

        var thrown = Assert.CatchAsync<ImageStorageException>(() => Transactions.ExecuteAsync([Save("over.png", 2), none], Quick))!;

        Assert.That(thrown is ImageValidationException || thrown.InnerException is ImageValidationException, Is.True);
        await AssertIsAsync(before, 1);
        await StoreState.AssertTidyAsync(_process, "refused");
    }

    [Test]
    public async Task Precondition_that_does_not_hold_changes_nothing()
    {
        var before = await SaveAsync("over.png", 1);

        var failure = await FailureOfAsync([Save("new.png", 2), Save("over.png", 2, new SaveOptions { Precondition = IfNoneMatch.Any })]);

        Assert.That((failure.Outcome, failure.InnerException), Is.EqualTo((TransactionOutcome.RolledBack, failure.InnerException as ImageConflictException)));
        Assert.That(await _process.Storage.GetInfoAsync("new.png"), Is.Null);
        await AssertIsAsync(before, 1);
    }

    [Test]
    public async Task Update_of_a_missing_image_changes_nothing()
    {
        var failure = await FailureOfAsync([Save("new.png", 2), new UpdateStep("missing.png", new ImageUpdate { Tags = ["t"] })]);

        Assert.That(failure.InnerException, Is.TypeOf<ImageNotFoundException>());
        Assert.That(await _process.Storage.GetInfoAsync("new.png"), Is.Null);
    }

    [Test]
    public async Task Journal_of_a_newer_version_is_left_alone_and_reported()
    {
        var id = Guid.CreateVersion7().ToString("n");
        await _process.Provider.Documents.PutAsync($"transactions/{id}", """{"format":99,"keys":["held.png"],"else":true}"""u8.ToArray());

        Assert.That((await Transactions.RecoverAsync()).Unreadable, Is.EqualTo(1));
        Assert.That((await Transactions.ListAsync()).Items[0] is { State: TransactionState.Unreadable } pending && pending.Id == id, Is.True);
        Assert.That(() => Transactions.DismissAsync(id), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(await _process.Provider.Documents.GetAsync($"transactions/{id}"), Is.Not.Null);
        await Transactions.ExecuteAsync([Save("free.png", 1)], Quick);
        if (_process.Provider.GetAbility<IAtomicProvider>() is null)
        {
            Assert.That((await FailureOfAsync([Save("held.png", 1)])).InnerException, Is.TypeOf<ImageConflictException>());
        }
    }

    [Test]
    public async Task Damaged_journal_is_reported_and_can_be_dismissed()
    {
        var id = Guid.CreateVersion7().ToString("n");
        await _process.Provider.Documents.PutAsync($"transactions/{id}", "no json"u8.ToArray());

        var told = NextEventAsync();
        Assert.That((await Transactions.RecoverAsync()).Unreadable, Is.EqualTo(1));
        Assert.That(((TransactionInDoubt)await told).Id, Is.EqualTo(id));
        if (_process.Provider.GetAbility<IAtomicProvider>() is null)
        {
            Assert.That((await FailureOfAsync([Save("any.png", 1)])).InnerException, Is.TypeOf<StorageCorruptedException>(), "The images of the journal are unknown.");
        }

        Assert.That(await Transactions.DismissAsync(id), Is.True);
        Assert.That((await Transactions.ListAsync()).Items, Is.Empty);
        await Transactions.ExecuteAsync([Save("any.png", 1)], Quick);
    }

    [Test]
    public async Task Write_outside_of_a_transaction_stays_when_the_transaction_is_rolled_back()
    {
        if (_process.Provider.GetAbility<IAtomicProvider>() is not null)
        {
            Assert.Ignore("With this provider no reader sees anything of it before the commit.");
        }

        var other = await SaveAsync("other.png", 1);
        await SaveAsync("over.png", 1);
        var foreign = new CustomStep(
            async token =>
            {
                await _process.Storage.SaveBytesAsync("over.png", BytesFor(7), null, token);
                throw new InvalidTimeZoneException();
            },
            _ => Task.CompletedTask);

        var failure = await FailureOfAsync([Save("over.png", 2), Save("other.png", 3), foreign]);

        Assert.That(failure.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        Assert.That(failure.Steps.Select(step => step.Status), Is.EqualTo(new[] { TransactionStepStatus.Superseded, TransactionStepStatus.Compensated, TransactionStepStatus.Failed }));
        Assert.That(await BytesOf("over.png"), Is.EqualTo(BytesFor(7)));
        await AssertIsAsync(other, 1);
        await StoreState.AssertTidyAsync(_process, "superseded");
    }

    [Test]
    public async Task Transaction_on_an_image_of_a_running_transaction_is_a_conflict_and_neither_is_harmed()
    {
        if (_process.Provider.GetAbility<IAtomicProvider>() is not null)
        {
            Assert.Ignore("With this provider no reader sees anything of it before the commit.");
        }

        await SaveAsync("both.png", 1);
        TransactionFailedException? second = null;
        var meanwhile = new CustomStep(
            async _ => second = await FailureOfAsync([Save("mine.png", 5), Save("both.png", 6)]),
            _ => Task.CompletedTask);

        await Transactions.ExecuteAsync([Save("both.png", 2), meanwhile], Quick);

        Assert.That(second!.InnerException, Is.TypeOf<ImageConflictException>());
        Assert.That(second.Outcome, Is.EqualTo(TransactionOutcome.RolledBack));
        Assert.That(await BytesOf("both.png"), Is.EqualTo(BytesFor(2)));
        Assert.That(await _process.Storage.GetInfoAsync("mine.png"), Is.Null);
        await StoreState.AssertTidyAsync(_process, "both");
    }

    [Test]
    public async Task Delete_of_an_image_whose_delete_by_another_transaction_is_rolled_back_is_a_conflict()
    {
        if (_process.Provider.GetAbility<IAtomicProvider>() is not null)
        {
            Assert.Ignore("With this provider no reader sees anything of it before the commit.");
        }

        var both = await SaveAsync("both.png", 1);
        var (deleted, seen) = (new TaskCompletionSource(), new TaskCompletionSource());
        var undone = FailureOfAsync([new DeleteStep("both.png"), new CustomStep(
            async token =>
            {
                deleted.SetResult();
                await seen.Task.WaitAsync(token);
                throw new InvalidTimeZoneException();
            },
            _ => Task.CompletedTask)]);
        await deleted.Task;

        // The other transaction has read the image and has not started: meanwhile the first one is rolled back.
        await using var other = new TestProcess(_store, _clock, fault: moment =>
        {
            if (moment is { Operation: "put document transactions", HasTakenEffect: false } && seen.TrySetResult())
            {
                undone.Wait();
            }

            return null;
        });
        TransactionStep[] steps = [new DeleteStep("both.png"), Save("mine.png", 5)];
        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => other.Transactions.ExecuteAsync(steps, Quick))!;

        Assert.That((failure.Outcome, failure.InnerException), Is.EqualTo((TransactionOutcome.RolledBack, failure.InnerException as ImageConflictException)));
        await AssertIsAsync(both, 1);
        Assert.That(await _process.Storage.GetInfoAsync("mine.png"), Is.Null);
        await other.Transactions.ExecuteAsync([new DeleteStep("both.png"), Save("mine.png", 5)], Quick);
        Assert.That(await _process.Storage.GetInfoAsync("both.png"), Is.Null);
        await StoreState.AssertTidyAsync(_process, "deleted");
    }

    private static byte[] BytesFor(int seed) => SampleImages.OfLength(300, seed);

    private static MemoryStream Image(int seed) => new(BytesFor(seed));

    private static SaveStep Save(string key, int seed, SaveOptions? options = null) => new(new SaveRequest(key, Image(seed), options));

    private Task<ImageInfo> SaveAsync(string key, int seed) => _process.Storage.SaveBytesAsync(key, BytesFor(seed));

    private async Task<byte[]?> BytesOf(string key) => await _process.Storage.GetBytesAsync(key);

    private async Task AssertIsAsync(ImageInfo before, int seed)
    {
        Assert.That(await _process.Storage.GetInfoAsync(before.Key), Is.EqualTo(before));
        Assert.That(await BytesOf(before.Key.Value), Is.EqualTo(BytesFor(seed)));
    }

    private async Task<TransactionFailedException> FailureOfAsync(IReadOnlyList<TransactionStep> steps, TransactionOptions? options = null)
    {
        try
        {
            await Transactions.ExecuteAsync(steps, options ?? Quick);
        }
        catch (TransactionFailedException exception)
        {
            return exception;
        }

        throw new AssertionException("The transaction did not fail.");
    }

    private Task<StorageEvent> NextEventAsync()
    {
        var told = new TaskCompletionSource<StorageEvent>();
        _process.Events.Subscribe(storageEvent => told.TrySetResult(storageEvent));
        return told.Task;
    }

    private async Task<TestProcess> ReopenAsync(ITransactionAction? action = null, TimeProvider? clock = null)
    {
        await _process.DisposeAsync();
        return _process = new TestProcess(_store, _clock, actions: action is null ? null : [action], timers: clock);
    }

    /// <summary>Ends a process in a step of the application. Returns the id of the transaction.</summary>
    private async Task<string> DieInAsync(CustomStep step, TransactionStep first)
    {
        var isOver = false;
        await using var process = new TestProcess(_store, _clock, fault: _ => isOver ? new ProcessEndedException() : null);
        var dying = new CustomStep(
            token =>
            {
                isOver = true;
                return step.Execute(token);
            },
            step.Compensate);
        try
        {
            await process.Transactions.ExecuteAsync([first, dying], new TransactionOptions { Retries = 0 });
        }
        catch (Exception exception) when (exception is ProcessEndedException or TransactionFailedException)
        {
            // No caller sees an exception of a dead process.
        }

        await process.KillAsync();
        await using var another = new TestProcess(_store, _clock);
        return (await another.Transactions.ListAsync()).Items[0].Id;
    }

    /// <summary>An action whose compensation fails until the test lets it succeed.</summary>
    private sealed class StubbornAction : ITransactionAction
    {
        public string Name => "stubborn";

        public bool Yields { get; set; }

        public Task ExecuteAsync(string argument, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CompensateAsync(string argument, CancellationToken cancellationToken) => Yields ? Task.CompletedTask : Task.FromException(new InvalidTimeZoneException("not yet"));
    }

    /// <summary>A stream that returns its bytes, and then waits until the token ends the read.</summary>
    private sealed class StalledStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Read(buffer.Span);
            if (read == 0)
            {
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            }

            return read;
        }
    }
}
