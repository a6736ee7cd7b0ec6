using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// P9: an owner that renews its lease is left alone, however long a transaction takes; an owner that does not is
/// declared dead, and can no longer commit.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class LeaseTests
{
    private static readonly TransactionOptions Patient = new() { Timeout = TimeSpan.FromHours(1), Retries = 0, RetryDelay = TimeSpan.Zero };
    private readonly TestClock _wallClock = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly SemaphoreSlim _heard = new(0);
    private readonly TaskCompletionSource _isInStep = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayContinue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FolderStore _store = null!;
    private WaitingAction _action = null!;
    private TestProcess _owner = null!;
    private TestProcess _other = null!;
    private ImageInfo _before = null!;
    private volatile bool _isSilent;

    [SetUp]
    public async Task OpenAsync()
    {
        _store = new FolderStore();
        _action = new WaitingAction(_isInStep, _mayContinue.Task);
        _owner = new TestProcess(_store, _wallClock, timers: _clock, actions: [_action], fault: moment =>
        {
            if (moment.Operation != "put document transaction-owners")
            {
                return null;
            }

            if (moment.HasTakenEffect)
            {
                _heard.Release();
            }

            return _isSilent ? new StorageUnavailableException("The lease cannot be renewed.") : null;
        });
        _other = new TestProcess(_store, _wallClock, timers: _clock, actions: [_action]);
        _before = await _owner.Storage.SaveBytesAsync("a.png", SampleImages.OfLength(200, 1));
    }

    [TearDown]
    public async Task CloseAsync()
    {
        await _owner.DisposeAsync();
        await _other.DisposeAsync();
        await _store.DisposeAsync();
        _heard.Dispose();
    }

    [Test]
    public async Task Transaction_that_takes_many_leases_is_left_alone_and_commits()
    {
        var transaction = await BeginAsync();
        await _heard.WaitAsync();
        for (var beat = 0; beat < 9; beat++)
        {
            Assert.That((await _other.Transactions.RecoverAsync()).Active, Is.EqualTo(1));
            _clock.Advance(TimeSpan.FromSeconds(10));
            await _heard.WaitAsync();
        }

        Assert.That((await _other.Transactions.RecoverAsync()).Active, Is.EqualTo(1));
        _mayContinue.SetResult();
        await transaction;

        Assert.That(await _other.Storage.GetBytesAsync("a.png"), Is.EqualTo(SampleImages.OfLength(200, 2)));
        await StoreState.AssertTidyAsync(_other, "committed");
    }

    [Test]
    public async Task Owner_that_was_declared_dead_cannot_commit_and_is_told_so()
    {
        var transaction = await BeginAsync();
        _isSilent = true;
        Assert.That((await _other.Transactions.RecoverAsync()).Active, Is.EqualTo(1));
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.That((await _other.Transactions.RecoverAsync()).RolledBack, Is.EqualTo(1));
        _isSilent = false;

        _mayContinue.SetResult();
        var failure = Assert.ThrowsAsync<TransactionFailedException>(() => transaction)!;

        Assert.That((failure.Outcome, failure.InnerException!.GetType()), Is.EqualTo((TransactionOutcome.InDoubt, typeof(StorageUnavailableException))));
        Assert.That(failure.InnerException!.Message, Does.Contain("declared it dead"));
        Assert.That(await _other.Storage.GetInfoAsync("a.png"), Is.EqualTo(_before));
        await StoreState.AssertTidyAsync(_other, "declared dead");
        await _owner.Transactions.ExecuteAsync([Save(3)], Patient);
        Assert.That(await _other.Storage.GetBytesAsync("a.png"), Is.EqualTo(SampleImages.OfLength(200, 3)), "The process continues under a new name.");
    }

    [Test]
    public async Task Owner_that_may_have_been_declared_dead_stops_and_rolls_back_unless_another_process_did()
    {
        var transaction = await BeginAsync();
        _isSilent = true;
        _clock.Advance(TimeSpan.FromSeconds(21));

        _mayContinue.SetResult();
        Assert.That(Assert.ThrowsAsync<TransactionFailedException>(() => transaction)!.Outcome, Is.EqualTo(TransactionOutcome.InDoubt));
        _isSilent = false;

        Assert.That((await _owner.Transactions.RecoverAsync()).RolledBack, Is.EqualTo(1));
        Assert.That(await _other.Storage.GetInfoAsync("a.png"), Is.EqualTo(_before));
        await StoreState.AssertTidyAsync(_other, "stopped");
    }

    [TestCase(15)]
    [TestCase(8)]
    public async Task Transaction_of_a_dead_process_is_rolled_back_within_two_leases_though_the_others_restart(int lifetime)
    {
        var transaction = await BeginAsync();
        await _heard.WaitAsync();
        await _owner.KillAsync();
        var (elapsed, nextRecovery, restart) = (0, 0.0, lifetime);
        while (true)
        {
            if (elapsed == restart)
            {
                // Like a killed process: the lease is not given back.
                await _other.KillAsync();
                _other = new TestProcess(_store, _wallClock, timers: _clock, actions: [_action]);
                (nextRecovery, restart) = (elapsed, elapsed + lifetime);
            }

            if (elapsed >= nextRecovery)
            {
                if ((await _other.Transactions.RecoverAsync()).RolledBack == 1)
                {
                    break;
                }

                nextRecovery = elapsed + Math.Min(15, _other.Transactions.NextRecovery!.Value.TotalSeconds);
            }

            Assert.That(++elapsed, Is.LessThanOrEqualTo(60));
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        TestContext.Out.WriteLine($"Undone {elapsed} seconds after the death");
        Assert.That(await _other.Storage.GetInfoAsync("a.png"), Is.EqualTo(_before));
        await StoreState.AssertTidyAsync(_other, "restarted");
        _mayContinue.SetResult();
        Assert.CatchAsync(() => transaction);
    }

    [Test]
    public async Task Recovery_that_waits_for_leases_rolls_back_the_transaction_of_a_dead_process()
    {
        var transaction = await BeginAsync();
        await _heard.WaitAsync();
        await _owner.KillAsync();
        await using var waiting = new TestProcess(_store, _wallClock, timers: new SkippingClock(), actions: [_action]);

        Assert.That((await waiting.Transactions.RecoverAsync(waitForLeases: true)).RolledBack, Is.EqualTo(1));
        Assert.That(await _other.Storage.GetInfoAsync("a.png"), Is.EqualTo(_before));
        _mayContinue.SetResult();
        Assert.CatchAsync(() => transaction);
    }

    [Test]
    public async Task Recovery_that_waits_for_leases_waits_for_the_lease_of_the_owner_that_is_longer_than_its_own()
    {
        var transaction = await BeginAsync();
        await _heard.WaitAsync();
        await _owner.KillAsync();
        await using var waiting = new TestProcess(_store, _wallClock, timers: new SkippingClock(), actions: [_action], lease: TimeSpan.FromSeconds(6));

        Assert.That((await waiting.Transactions.RecoverAsync(waitForLeases: true)).RolledBack, Is.EqualTo(1));
        _mayContinue.SetResult();
        Assert.CatchAsync(() => transaction);
    }

    [Test]
    public async Task Lease_of_a_process_that_died_without_transactions_is_removed_by_the_recoveries_of_another()
    {
        await _owner.Transactions.ExecuteAsync([Save(3)], Patient);
        await _owner.KillAsync();
        await _other.Transactions.RecoverAsync();
        Assert.That(await _other.Provider.Documents.ListAsync("transaction-owners/"), Is.Not.Empty);
        _clock.Advance(TimeSpan.FromSeconds(31));

        await _other.Transactions.RecoverAsync();

        Assert.That(await _other.Provider.Documents.ListAsync("transaction-owners/"), Is.Empty);
    }

    /// <summary>Starts a transaction that has taken effect, and waits in a step of the application.</summary>
    private async Task<Task<TransactionResult>> BeginAsync()
    {
        var transaction = _owner.Transactions.ExecuteAsync([Save(2), new ActionStep("wait")], Patient);
        await Task.WhenAny(transaction, _isInStep.Task);
        return transaction;
    }

    private static SaveStep Save(int seed) => new(new SaveRequest("a.png", new MemoryStream(SampleImages.OfLength(200, seed))));

    /// <summary>A clock that advances by each short wait at once.</summary>
    private sealed class SkippingClock : TimeProvider
    {
        private long _ticks = new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero).UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var isShort = dueTime >= TimeSpan.Zero && dueTime <= TimeSpan.FromSeconds(5);
            Interlocked.Add(ref _ticks, isShort ? dueTime.Ticks : 0);
            return base.CreateTimer(callback, state, isShort ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class WaitingAction(TaskCompletionSource isAtWork, Task mayContinue) : ITransactionAction
    {
        public string Name => "wait";

        public Task ExecuteAsync(string argument, CancellationToken cancellationToken)
        {
            isAtWork.SetResult();
            return mayContinue.WaitAsync(cancellationToken);
        }

        public Task CompensateAsync(string argument, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
