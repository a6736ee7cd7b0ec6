using System.Diagnostics;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Transfers;

/// <summary>
/// A worker with two writers that is killed during its transfers, sometimes during its start and recovery.
/// </summary>
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

        // The first line reports that the worker is ready; the second line is its first transfer.
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

    /// <summary>
    /// Lets the worker work for a random time, and kills it. Returns the violations of the worker itself.
    /// </summary>
    public IEnumerable<string> Kill(TimeSpan patience)
    {
        Worker.Go();
        if (!_reached.Wait(patience))
        {
            yield return $"the worker wrote {Worker.Lines.Count} lines in {patience.TotalSeconds} s: it hangs";
        }

        // A timer is too coarse: the kill must hit any moment of a transaction.
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
