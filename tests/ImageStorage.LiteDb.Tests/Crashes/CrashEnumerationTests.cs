using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Crashes;

/// <summary>
/// P1 to P4 through crashes: the machine stops before each call of each operation, in several ways. Long operations
/// repeat the same writes; after the first calls, the short form tests one write of several.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashEnumerationTests
{
    private const int Seeds = 3;
    private const int CallsTakenAll = 12;
    private static readonly int LaterStep = TestLength.Of(29, 1);
    private static readonly Durability[] Durabilities = Enum.GetValues<Durability>();

    [Test]
    public Task Crash_at_any_call_leaves_the_old_or_the_new_state(
        [ValueSource(typeof(StoreOperation), nameof(StoreOperation.All))] object operation, [ValueSource(nameof(Durabilities))] object durability, [Values] bool checkpoints) =>
        RunAllAsync((StoreOperation)operation, (Durability)durability, checkpoints);

    private static async Task RunAllAsync(StoreOperation operation, Durability durability, bool checkpoints)
    {
        var isFull = durability == Durability.Full;
        var clock = new ManualClock();
        var disk = await operation.PrepareAsync(clock);
        var cuts = new List<(string When, SimulatedDisk Disk)>();
        var calls = 0;

        // Between two flushes, a power cut leaves the same disk each time: test it once.
        var seen = new HashSet<UInt128>();
        string before, after;
        await using (var provider = StoreOperation.Open(disk, clock, durability, checkpoints ? 1 : 16 << 20))
        {
            before = await operation.StateBeforeAsync(provider, clock);
            disk.Observer = call =>
            {
                if (call != DiskCall.Read && (++calls <= CallsTakenAll || calls % LaterStep == 0 || call != DiskCall.Write))
                {
                    Cut(disk, isFull, $"in front of {call} {calls}", cuts, seen);
                }

                return null;
            };
            await operation.RunAsync(provider, StoreOperation.StorageOver(provider, clock));
            disk.Observer = null;
            var acknowledged = new List<(string When, SimulatedDisk Disk)>();
            Cut(disk, isFull, "after the acknowledgement", acknowledged, []);
            after = await StoreState.OfAsync(provider, clock);
            foreach (var (when, crashed) in acknowledged)
            {
                Assert.That(await RestartAsync(crashed), Is.EqualTo(after), $"{operation} {when}");
            }
        }

        foreach (var (when, crashed) in cuts)
        {
            Assert.That(await RestartAsync(crashed), Is.EqualTo(before).Or.EqualTo(after), $"{operation} {when}");
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
        await using var provider = StoreOperation.Open(disk, clock);

        // Opened for writing, because a write sweeps.
        await provider.CheckAsync();
        var state = await StoreState.OfAsync(provider, clock);
        await StoreState.AssertSoundAsync(provider);
        return state;
    }
}
