using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Crashes;

/// <summary>
/// P1 to P4 through crashes: the machine stops in front of each call of each act, in several ways. Long acts make the same writes again and again; of those behind the
/// beginning the short form takes one in several.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashEnumerationTests
{
    private const int Seeds = 3;
    private const int CallsTakenAll = 40;
    private const int StepBehind = 7;
    private static readonly Durability[] Durabilities = Enum.GetValues<Durability>();

    [Test]
    public Task Crash_at_any_call_leaves_the_old_state_or_the_new_one(
        [ValueSource(typeof(StoreAct), nameof(StoreAct.All))] object act, [ValueSource(nameof(Durabilities))] object durability, [Values] bool checkpoints) =>
        RunAllAsync((StoreAct)act, (Durability)durability, checkpoints, StepBehind);

    [Test]
    [Explicit("Minutes: dotnet test tests/ImageStorage.LiteDb.Tests --filter FullyQualifiedName~Every_crash")]
    public Task Every_crash_leaves_the_old_state_or_the_new_one(
        [ValueSource(typeof(StoreAct), nameof(StoreAct.All))] object act, [ValueSource(nameof(Durabilities))] object durability, [Values] bool checkpoints) =>
        RunAllAsync((StoreAct)act, (Durability)durability, checkpoints, 1);

    private static async Task RunAllAsync(StoreAct act, Durability durability, bool checkpoints, int stepBehind)
    {
        var isFull = durability == Durability.Full;
        var clock = new ManualClock();
        var disk = await act.PrepareAsync(clock);
        var cuts = new List<(string When, SimulatedDisk Disk)>();
        var calls = 0;

        // Between two flushes a power cut leaves the same disk each time, which needs to be looked at once.
        var seen = new HashSet<UInt128>();
        string before, after;
        await using (var provider = StoreAct.Open(disk, clock, durability, checkpoints ? 1 : 16 << 20))
        {
            before = await act.StateBeforeAsync(provider, clock);
            disk.Observer = call =>
            {
                if (call != DiskCall.Read && (++calls <= CallsTakenAll || calls % stepBehind == 0 || call != DiskCall.Write))
                {
                    Cut(disk, isFull, $"in front of {call} {calls}", cuts, seen);
                }

                return null;
            };
            await act.RunAsync(provider, StoreAct.StorageOver(provider, clock));
            disk.Observer = null;
            var acknowledged = new List<(string When, SimulatedDisk Disk)>();
            Cut(disk, isFull, "after the acknowledgement", acknowledged, []);
            after = await StoreState.OfAsync(provider, clock);
            foreach (var (when, crashed) in acknowledged)
            {
                Assert.That(await RestartAsync(crashed), Is.EqualTo(after), $"{act} {when}");
            }
        }

        foreach (var (when, crashed) in cuts)
        {
            Assert.That(await RestartAsync(crashed), Is.EqualTo(before).Or.EqualTo(after), $"{act} {when}");
        }
    }

    private static void Cut(SimulatedDisk disk, bool withPower, string when, List<(string When, SimulatedDisk Disk)> cuts, HashSet<UInt128> seen)
    {
        void Add(string how, CutKind kind, int seed)
        {
            var crashed = disk.After(kind, seed);
            if (seen.Add(crashed.Fingerprint()))
            {
                cuts.Add(($"{how} {when}", crashed));
            }
        }

        Add("killed", CutKind.Kill, 0);
        if (!withPower)
        {
            return;
        }

        Add("power cut", CutKind.Power, 0);
        for (var seed = 0; seed < Seeds; seed++)
        {
            Add($"power cut in pieces (seed {seed})", CutKind.PowerInPieces, seed);
        }
    }

    private static async Task<string> RestartAsync(SimulatedDisk disk)
    {
        var clock = new ManualClock();
        await using var provider = StoreAct.Open(disk, clock);

        // Opened for writing, since that is what tidies up.
        await provider.CheckAsync();
        var state = await StoreState.OfAsync(provider, clock);
        await StoreState.AssertSoundAsync(provider);
        return state;
    }
}
