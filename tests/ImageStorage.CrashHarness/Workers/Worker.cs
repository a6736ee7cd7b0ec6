using ImageStorage.CrashHarness.Cache;
using ImageStorage.CrashHarness.Jobs;
using ImageStorage.CrashHarness.Stores;
using ImageStorage.CrashHarness.Transfers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Workers;

/// <summary>The child process: works on a store until it is killed, its power is cut or its script ends.</summary>
internal static class Worker
{
    /// <summary>The line with which the parent starts the work of a worker.</summary>
    public const string Go = "go";

    public static int Run(WorkerOptions options)
    {
        var log = new AckLog(Console.OpenStandardOutput());
        using var gate = options.Gate is null ? null : new Workload.Gate(options.Gate, options.Writers.Contains(0) ? 0 : 1);

        // The parent starts workers ahead of time and may still use the store, which only one process may open for some
        // providers.
        SelfDescribing.Image("0-0-0~5000", "warm-up");
        log.Write(AckLog.Ready);
        if (Console.In.ReadLine() != Go)
        {
            return 0;
        }

        if (options.Transfers)
        {
            TransferWorker.Run(options, log);
            return 0;
        }

        if (options.Job is not null)
        {
            JobWorker.Start(options, log);
            return 0;
        }

        if (options.Cache is not null)
        {
            new CacheWorker(options, log).Start();
            WaitForParent();
            return 0;
        }

        var store = new OpenStore(options.Store);
        if (options.Script is { } name)
        {
            RunScript(Script.Find(name), store, log);
            return 0;
        }

        foreach (var writer in options.Writers)
        {
            // Only one writer of a worker meets the other worker.
            var meeting = writer == options.Writers[0] ? gate : null;
            new Thread(() => RunWriter(new RandomWriter(store, log, options, writer, meeting), log)) { IsBackground = true, Name = $"writer {writer}" }.Start();
        }

        WaitForParent();
        return 0;
    }

    /// <summary>Works as long as the parent lives.</summary>
    private static void WaitForParent()
    {
        while (Console.In.ReadLine() is not null)
        {
        }
    }

    private static void RunWriter(RandomWriter writer, AckLog log)
    {
        try
        {
            writer.RunAsync().GetAwaiter().GetResult();
            log.Write(AckLog.Idle);
        }
        catch (Exception exception)
        {
            // The boundary of the thread: the parent must see it.
            log.Fault("writer", exception);
        }
    }

    private static void RunScript(Script script, OpenStore store, AckLog log)
    {
        var runner = new OperationRunner(store, log);
        foreach (var operation in script.Operations.Where(operation => store.CanMove || operation.Kind != OperationKind.Move))
        {
            runner.RunAsync(operation).GetAwaiter().GetResult();
        }

        try
        {
            store.Dispose();
        }
        catch (Exception exception)
        {
            // The boundary: closing is not an operation, and must not throw exceptions outside of the contract either.
            log.Fault("closing", exception);
        }

        log.Write(AckLog.Done);
    }
}
