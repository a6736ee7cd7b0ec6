using ImageStorage.Diagnostics;
using ImageStorage.History;
using ImageStorage.Providers;
using ImageStorage.Transactions.Tests.Stores;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageStorage.Transactions.Tests.Running;

/// <summary>
/// A process with a store: provider, transactions, history. A test can end the process at a moment of a call, or fail
/// calls.
/// </summary>
internal sealed class TestProcess : IAsyncDisposable
{
    private readonly IImageProvider _provider;
    private readonly StorageEventQueue _events;

    public TestProcess(TestStore store, TestClock clock, Ledger? ledger = null, Func<CallMoment, Exception?>? fault = null, IEnumerable<ITransactionAction>? actions = null, TimeProvider? timers = null, TimeSpan? lease = null)
    {
        Ledger = ledger ?? new Ledger();
        _provider = store.Open(clock, moment =>
        {
            lock (Moments)
            {
                Moments.Add(moment);
            }

            if (HasEnded)
            {
                throw new ProcessEndedException();
            }

            if (fault?.Invoke(moment) is { } failure)
            {
                HasEnded = failure is ProcessEndedException;
                throw failure;
            }
        });
        Provider = _provider;
        _events = new StorageEventQueue([], NullLogger.Instance);
        Parts = new TransactionComponents(
            Provider, new ImageStorageOptions(), new ImageTransactionsOptions { LeaseDuration = lease ?? TimeSpan.FromSeconds(30) }, actions ?? [new LedgerAction(Ledger, () => HasEnded)], timers ?? clock, _events, NullLogger.Instance);
        Transactions = new ImageTransactions(Parts);
        Storage = new ImageStorageManager(Provider, new ImageStorageOptions(), clock, () => Transactions, null);
        History = new ImageHistory(Provider, clock);
    }

    public Ledger Ledger { get; }

    public IImageProvider Provider { get; }

    public TransactionComponents Parts { get; }

    public ImageTransactions Transactions { get; }

    public ImageStorageManager Storage { get; }

    public ImageHistory History { get; }

    public IStorageEvents Events => _events;

    public List<CallMoment> Moments { get; } = [];

    public bool HasEnded { get; private set; }

    /// <summary>Waits until all events published before have been delivered.</summary>
    public async Task FlushEventsAsync()
    {
        const string Marker = "flush";
        var isHandedOut = new TaskCompletionSource();
        using var subscription = Events.Subscribe(occurred =>
        {
            if (occurred is TransactionRecovered { Id: Marker })
            {
                isHandedOut.TrySetResult();
            }
        });
        _events.Publish(new TransactionRecovered { At = default, Id = Marker });
        await isHandedOut.Task;
    }

    /// <summary>Ends the process: no later call reaches the store.</summary>
    public async Task KillAsync()
    {
        HasEnded = true;
        await _provider.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasEnded)
        {
            await Transactions.DisposeAsync();
        }

        await _events.DisposeAsync();
        await _provider.DisposeAsync();
    }
}
