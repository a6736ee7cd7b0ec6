using ImageStorage.FileSystem.Tests.Simulation;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>Takes down, before each operation that changes something, what a crash at that moment would leave.</summary>
/// <param name="volume">The volume that is watched.</param>
/// <param name="seed">For the partial power cuts.</param>
/// <param name="partialCuts">How many partial power cuts a moment.</param>
/// <param name="stage">How far each writer has come.</param>
/// <param name="share">Of how many moments one is taken.</param>
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

        // The stage is read before the volume: what was acknowledged by then must be in the volume.
        void Record(CrashPolicy policy, string how)
        {
            var reached = stage?.Invoke() ?? [];
            _recorded.Add(new CrashState(volume.Crash(policy), when, how, isAcknowledged, reached));
        }
    }
}
