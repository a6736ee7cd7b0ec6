using ImageStorage.Testing;
using ImageStorage.Transactions.Tests.Running;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Transactions.Tests;

/// <summary>
/// A16: each wait of transactions and recovery ends with <see cref="OperationCanceledException"/> when its token is
/// cancelled. The clock stands still, so nothing else ends a wait.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class CancellationTests
{
    private readonly TestClock _wallClock = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly CancellationTokenSource _source = new();
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly TaskCompletionSource _isInside = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FolderStore _store = null!;
    private TestProcess _holder = null!;
    private TestProcess _process = null!;
    private string _stalled = string.Empty;

    [SetUp]
    public void Open()
    {
        _store = new FolderStore();
        _holder = new TestProcess(_store, _wallClock, timers: _clock);
        _process = new TestProcess(_store, _wallClock, timers: _clock, fault: moment =>
        {
            if (moment.Operation == _stalled && !moment.HasTakenEffect)
            {
                _isInside.TrySetResult();
                _gate.Wait();
            }

            return null;
        });
    }

    [TearDown]
    public async Task CloseAsync()
    {
        _gate.Set();
        await _process.DisposeAsync();
        await _holder.DisposeAsync();
        await _store.DisposeAsync();
        _source.Dispose();
        _gate.Dispose();
    }

    [Test]
    public async Task Recovery_that_waits_for_a_lease_heeds_its_token()
    {
        await using var held = await HoldAsync();

        await AssertEndsAsync(_process.Transactions.RecoverAsync(waitForLeases: true, _source.Token));
    }

    [Test]
    public async Task Recovery_that_waits_for_another_recovery_heeds_its_token()
    {
        await using var stalled = await StallAsync("list kept", () => _process.Transactions.RecoverAsync());

        await AssertEndsAsync(_process.Transactions.RecoverAsync(waitForLeases: false, _source.Token));
    }

    [Test]
    public async Task Transaction_that_waits_for_the_lease_of_its_process_heeds_its_token()
    {
        await using var stalled = await StallAsync("put document transaction-owners", () => _process.Transactions.ExecuteAsync([Save("a.png")]));

        await AssertEndsAsync(_process.Transactions.ExecuteAsync([Save("b.png")], null, _source.Token));
    }

    [Test]
    public async Task Transaction_that_waits_for_another_transaction_heeds_its_token()
    {
        await using var held = await HoldAsync();

        await AssertEndsAsync(_process.Transactions.ExecuteAsync([Save("held.png")], new TransactionOptions { Timeout = TimeSpan.FromDays(1) }, _source.Token));
    }

    [Test]
    public async Task Transaction_that_waits_to_repeat_a_step_heeds_its_token()
    {
        var failing = new CustomStep(_ => throw new StorageUnavailableException("Not yet."), _ => Task.CompletedTask);

        await AssertEndsAsync(_process.Transactions.ExecuteAsync([failing], new TransactionOptions { RetryDelay = TimeSpan.FromMinutes(1) }, _source.Token));
    }

    private async Task AssertEndsAsync(Task waiting)
    {
        Assert.That(waiting.IsCompleted, Is.False);
        await _source.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
    }

    /// <summary>Starts a transaction of another process that holds an image until the result is disposed.</summary>
    private async Task<Ending> HoldAsync()
    {
        var (isHeld, mayEnd) = (new TaskCompletionSource(), new TaskCompletionSource());
        var holding = _holder.Transactions.ExecuteAsync([Save("held.png"), new CustomStep(
            _ =>
            {
                isHeld.SetResult();
                return mayEnd.Task;
            },
            _ => Task.CompletedTask)]);
        await isHeld.Task;
        return new Ending(mayEnd.SetResult, holding);
    }

    /// <summary>
    /// Starts a call of the same process that waits inside a call of the provider until the result is disposed.
    /// </summary>
    private async Task<Ending> StallAsync(string operation, Func<Task> call)
    {
        _stalled = operation;
        _gate.Reset();
        var stalled = Task.Factory.StartNew(call, default, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        await _isInside.Task;
        return new Ending(_gate.Set, stalled);
    }

    private static SaveStep Save(string key) => new(new SaveRequest(key, new MemoryStream(SampleImages.OfLength(200, 1))));

    private sealed class Ending(Action end, Task ended) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            end();
            await ended;
        }
    }
}
