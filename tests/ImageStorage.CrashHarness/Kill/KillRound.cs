using System.Diagnostics;
using System.Globalization;
using ImageStorage.CrashHarness.Campaigns;
using ImageStorage.CrashHarness.Workers;

namespace ImageStorage.CrashHarness.Kill;

/// <summary>The workers of a round, from their start to their end.</summary>
internal sealed class KillRound : IDisposable
{
    private const int MostLines = 60;
    private const int MostLinesOfPair = 240;
    private const int FewLines = 3;
    private const int MostSpinMicroseconds = 3_000;
    private const int MostStartMicroseconds = 30_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Random _random;
    private readonly ManualResetEventSlim _reached = new();
    private readonly int _goal;
    private int _lines;
    private int _speaking;

    public KillRound(CampaignOptions options, int number, KilledStore store, bool isNewStore, bool isPair, string folder, Random random)
    {
        Store = store;
        IsNewStore = isNewStore;
        _random = random;

        // Some workers are killed while they open the store, before their first line.
        _goal = _random.Next(10) == 0 || isNewStore ? _random.Next(FewLines) : _random.Next(FewLines, isPair ? MostLinesOfPair : MostLines);
        var gate = Path.Join(folder, string.Create(CultureInfo.InvariantCulture, $"gate{number % 2}"));
        if (isPair)
        {
            Workload.Gate.Create(gate);
        }

        var worker = new WorkerOptions { Store = store.Uri, Seed = options.Seed, Round = number, Writers = [0, 1], Gate = isPair ? gate : null };
        Workers = isPair ? [Start(worker), Start(worker with { Writers = [2, 3] })] : [Start(worker)];
    }

    public KilledStore Store { get; }

    public bool IsNewStore { get; }

    public IReadOnlyList<WorkerProcess> Workers { get; }

    /// <summary>Gets the violations of the workers themselves.</summary>
    public List<string> Complaints { get; } = [];

    public void KillWorkers()
    {
        foreach (var worker in Workers)
        {
            worker.Go();
        }

        // Two workers collide only if both work, and one of them starts faster.
        WaitFor(() => _goal < FewLines || Volatile.Read(ref _speaking) == Workers.Count);
        WaitForLines(_goal);
        if (_goal == 0)
        {
            Spin(MostStartMicroseconds);
        }

        // One of two workers is often killed first, and the other continues with the remains.
        var order = _random.Next(2) == 0 ? Workers : [.. Workers.Reverse()];
        var apart = _random.Next(2) == 0;
        foreach (var worker in order)
        {
            Spin(MostSpinMicroseconds);
            worker.Kill();
            if (apart && worker != order[^1])
            {
                worker.WaitForEnd(Patience);
                WaitForLines(_random.Next(1, MostLines / 2));
            }
        }

        foreach (var worker in Workers.Where(worker => !worker.WaitForEnd(Patience)))
        {
            Complaints.Add("a worker did not end when it was killed");
        }
    }

    public void Dispose()
    {
        foreach (var worker in Workers)
        {
            worker.Dispose();
        }

        _reached.Dispose();
    }

    private WorkerProcess Start(WorkerOptions worker) => new(worker, Count);

    // The first line reports that the worker is ready; the second line is its first operation.
    private void Count(string line, int number)
    {
        if (number > 1)
        {
            Interlocked.Add(ref _speaking, number == 2 ? 1 : 0);
            Interlocked.Increment(ref _lines);
            _reached.Set();
        }
    }

    private void WaitForLines(int more)
    {
        var goal = Volatile.Read(ref _lines) + more;
        WaitFor(() => Volatile.Read(ref _lines) >= goal);
    }

    private void WaitFor(Func<bool> isReached)
    {
        for (var start = Stopwatch.GetTimestamp(); !isReached();)
        {
            _reached.Wait(Patience);
            _reached.Reset();
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                Complaints.Add($"the workers wrote {_lines} lines in {Patience.TotalSeconds} s: they hang");
                return;
            }
        }
    }

    /// <summary>Spins for a random time. A timer is too coarse: the kill must hit any moment of an operation.</summary>
    private void Spin(int mostMicroseconds)
    {
        var length = TimeSpan.FromMicroseconds(_random.Next(mostMicroseconds));
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < length;)
        {
            Thread.SpinWait(20);
        }
    }
}
