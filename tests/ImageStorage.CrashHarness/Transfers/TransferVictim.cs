using System.Diagnostics;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>A worker with two writers that is killed in the middle of its transfers, now and then while it starts and recovers.</summary>
internal sealed class TransferVictim : IDisposable
{
    private const int MostLines = 16;
    private const int MostSpinMicroseconds = 25_000;
    private const int MostStartMicroseconds = 300_000;
    private readonly Random _random;
    private readonly ManualResetEventSlim _reached = new();
    private readonly int _goal;

    public TransferVictim(WorkerOptions worker, Random random)
    {
        _random = random;

        // The first line says that it is ready; the second one is its first transfer.
        _goal = random.Next(10) == 0 ? 1 : random.Next(2, MostLines);
        Worker = new WorkerProcess(worker, (_, number) =>
        {
            if (number >= _goal)
            {
                _reached.Set();
            }
        });
    }

    public WorkerProcess Worker { get; }

    /// <summary>Lets it work for a random while, and kills it; answers what was wrong with it.</summary>
    public IEnumerable<string> Kill(TimeSpan patience)
    {
        Worker.Go();
        if (!_reached.Wait(patience))
        {
            yield return $"the worker wrote {Worker.Lines.Count} lines in {patience.TotalSeconds} s: it hangs";
        }

        // A moment too exact for a timer, so that the kill falls anywhere in a transaction.
        var length = TimeSpan.FromMicroseconds(_random.Next(_goal == 1 ? MostStartMicroseconds : MostSpinMicroseconds));
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < length;)
        {
            Thread.SpinWait(20);
        }

        Worker.Kill();
        if (!Worker.WaitForEnd(patience))
        {
            yield return "a worker did not end when it was killed";
        }
    }

    public void Dispose()
    {
        Worker.Dispose();
        _reached.Dispose();
    }
}
