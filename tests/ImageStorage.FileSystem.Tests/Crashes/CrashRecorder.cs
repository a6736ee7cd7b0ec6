using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>
/// Records, before each call that changes something, the state that a crash at this moment would leave.
/// </summary>
/// <param name="volume">The observed volume.</param>
/// <param name="seed">The seed of the partial power cuts.</param>
/// <param name="partialCuts">The number of partial power cuts per moment.</param>
/// <param name="stage">Returns the progress of each writer.</param>
/// <param name="share">Records one of so many moments.</param>
internal sealed class CrashRecorder(InMemoryVolume volume, int seed, int partialCuts, Func<IReadOnlyList<int>>? stage = null, int share = 1)
{
    private readonly Lock _gate = new();
    private readonly List<CrashState> _recorded = [];
    private readonly Random _random = new(seed);

    public IReadOnlyList<CrashState> Recorded => _recorded;

    public void Observe(VolumeCall call)
    {
        if (call.ChangesTheMedium)
        {
            lock (_gate)
            {
                if (_random.Next(share) == 0)
                {
                    RecordNow($"{call}", isAcknowledged: false);
                }
            }
        }
    }

    public void RecordNow(string when, bool isAcknowledged)
    {
        lock (_gate)
        {
            Record(CrashPolicy.Kill, "kill");
            Record(CrashPolicy.PowerCut, "power cut");
            for (var i = 0; i < partialCuts; i++)
            {
                var cutSeed = _random.Next();
                Record(CrashPolicy.PartialPowerCut(cutSeed), $"partial power cut {cutSeed}");
            }
        }

        // The stage is read before the volume: everything acknowledged by then must be in the volume.
        void Record(CrashPolicy policy, string how)
        {
            var reached = stage?.Invoke() ?? [];
            _recorded.Add(new CrashState(volume.Crash(policy), when, how, isAcknowledged, reached));
        }
    }
}
