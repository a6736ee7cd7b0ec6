using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Crashes;

/// <summary>P1 to P4 through crashes: the machine stops in front of each call of each act, in several ways.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashEnumerationTests
{
    // Long acts make the same few calls again and again; there, one random cut a call is enough.
    private const int Seeds = 3;
    private const int CallsWithAllSeeds = 60;
    private static readonly Durability[] Durabilities = Enum.GetValues<Durability>();

    [Test]
    public async Task Crash_at_any_call_leaves_the_old_state_or_the_new_one(
        [ValueSource(typeof(StoreAct), nameof(StoreAct.All))] object act, [ValueSource(nameof(Durabilities))] object durability, [Values] bool checkpoints)
    {
        var (kept, isFull) = ((StoreAct)act, (Durability)durability == Durability.Full);
        var clock = new ManualClock();
        var disk = await kept.PrepareAsync(clock);
        var cuts = new List<(string When, SimulatedDisk Disk)>();
        var calls = 0;

        // Between two flushes a power cut leaves the same disk each time, which needs to be looked at once.
        var seen = new HashSet<UInt128>();
        string before, after;
        await using (var provider = StoreAct.Open(disk, clock, (Durability)durability, checkpoints ? 1 : 16 << 20))
        {
            before = await kept.StateBeforeAsync(disk, provider, clock);
            disk.Observer = call =>
            {
                if (call != DiskCall.Read)
                {
                    Cut(disk, isFull, calls++, $"in front of {call} {calls}", cuts, seen);
                }

                return null;
            };
            await kept.RunAsync(provider, StoreAct.StorageOver(provider, clock));
            disk.Observer = null;
            var acknowledged = new List<(string When, SimulatedDisk Disk)>();
            Cut(disk, isFull, 0, "after the acknowledgement", acknowledged, []);
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

    private static void Cut(SimulatedDisk disk, bool withPower, int call, string when, List<(string When, SimulatedDisk Disk)> cuts, HashSet<UInt128> seen)
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
        var first = call < CallsWithAllSeeds ? 0 : call % Seeds;
        var last = call < CallsWithAllSeeds ? Seeds - 1 : first;
        for (var seed = first; seed <= last; seed++)
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
