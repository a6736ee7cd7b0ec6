using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// The work of a child process: recovers transactions of dead processes, at the start and in the background, and
/// transfers amounts until the parent ends or kills the process.
/// </summary>
internal static class TransferWorker
{
    /// <summary>
    /// Longer than any pause in this campaign: a process that pauses for longer than its lease within one call may
    /// write after its own rollback (docs/design/transactions.md).
    /// </summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(4);

    public static void Run(WorkerOptions options, AckLog log)
    {
        try
        {
            RunAsync(options, log).GetAwaiter().GetResult();
            log.Write(AckLog.Done);
        }
        catch (Exception exception)
        {
            // The boundary of the process: the parent must see it.
            log.Fault("worker", exception);
        }
    }

    private static async Task RunAsync(WorkerOptions options, AckLog log)
    {
        await using var store = new TransferStore(options.Store, Lease);
        using var told = store.Events.Subscribe(storageEvent =>
        {
            if (storageEvent is TransactionRecovered recovered)
            {
                log.Write($"{TransferLine.Recovered} {recovered.Id}");
            }
        });
        await store.StartAsync();

        using var stopping = new CancellationTokenSource();
        var threads = options.Writers.Select(writer => Start(new TransferWriter(store, log, options, writer), log, stopping.Token)).ToList();

        // Works until the parent ends it.
        while (await Console.In.ReadLineAsync() is not null)
        {
        }

        await stopping.CancelAsync();
        threads.ForEach(thread => thread.Join());
    }

    private static Thread Start(TransferWriter writer, AckLog log, CancellationToken stopping)
    {
        var thread = new Thread(() =>
        {
            try
            {
                writer.RunAsync(stopping).GetAwaiter().GetResult();
                log.Write(AckLog.Idle);
            }
            catch (Exception exception)
            {
                // The boundary of the thread: the parent must see it.
                log.Fault("writer", exception);
            }
        })
        {
            IsBackground = true,
            Name = "transfers",
        };
        thread.Start();
        return thread;
    }
}
