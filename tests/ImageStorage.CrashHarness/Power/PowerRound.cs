using System.ComponentModel;
using System.Diagnostics;
using ImageStorage.CrashHarness.Workers;
using ImageStorage.CrashHarness.Workload;

namespace ImageStorage.CrashHarness.Power;

/// <summary>
/// Runs one worker with two writers and cuts the power: at any moment of the work, or when both writers are idle, so
/// that no later flush helps the last acknowledgement.
/// </summary>
internal sealed class PowerRound : IDisposable
{
    private const int MostLines = 80;
    private const int MostActs = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly LoopVolume _volume;
    private readonly ManualResetEventSlim _cut = new();
    private readonly int _goal;
    private readonly int _spinMicroseconds;
    private readonly bool _isAtRest;
    private int _idle;
    private int _done;

    /// <summary>Starts the worker of a round.</summary>
    /// <param name="volume">The file system whose power is cut.</param>
    /// <param name="worker">The options of the worker.</param>
    /// <param name="isAtRest"><see langword="true"/> to cut when both writers are idle.</param>
    /// <param name="mostSpinMicroseconds">
    /// The maximum time between a line of the worker and the cut: about the duration of an operation.
    /// </param>
    /// <param name="random">Determines the moment of the cut.</param>
    public PowerRound(LoopVolume volume, WorkerOptions worker, bool isAtRest, int mostSpinMicroseconds, Random random)
    {
        _volume = volume;
        _isAtRest = isAtRest;
        _goal = random.Next(2, MostLines);
        _spinMicroseconds = random.Next(3) == 0 ? 0 : random.Next(mostSpinMicroseconds);
        Worker = new WorkerProcess(worker with { Operations = _isAtRest ? random.Next(1, MostActs) : 0 }, LineRead);
    }

    public WorkerProcess Worker { get; }

    /// <summary>
    /// Gets the number of lines received before the cut. Acknowledgements of later lines may be lost.
    /// </summary>
    public int CertainLines { get; private set; }

    /// <summary>Gets the violations of the worker itself.</summary>
    public List<string> Complaints { get; } = [];

    public void Run()
    {
        Worker.Go();
        if (!_cut.Wait(Patience))
        {
            Complaints.Add($"the worker wrote {Worker.Lines.Count} lines in {Patience.TotalSeconds} s: it hangs");
        }

        Worker.Kill();
        if (!Worker.WaitForEnd(Patience))
        {
            Complaints.Add("the worker did not end when it was killed");
        }
    }

    public void Dispose()
    {
        Worker.Dispose();
        _cut.Dispose();
    }

    // On the reading thread, so no line is received between the last line that counts and the cut.
    private void LineRead(string line, int number)
    {
        _idle += line == AckLog.Idle ? 1 : 0;
        if (_cut.IsSet || !(_isAtRest ? _idle == 2 : ++_done >= _goal))
        {
            return;
        }

        if (!_isAtRest)
        {
            var length = TimeSpan.FromMicroseconds(_spinMicroseconds);
            for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < length;)
            {
                Thread.SpinWait(20);
            }
        }

        CertainLines = number;
        try
        {
            _volume.CutPower();
        }
        catch (Win32Exception exception)
        {
            Complaints.Add($"the power could not be cut: {exception.Message}");
        }

        _cut.Set();
    }
}
