using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>
/// Random operations, sequential and by several processes at once, with a crash at any moment: promises P1, P2, P3, P4
/// and P9.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class RandomScriptCrashTests
{
    private const int ScriptLength = 10;

    private static IEnumerable<int> Scripts() => Enumerable.Range(1, TestLength.Of(4, 24));

    private static IEnumerable<int> SharedScripts() => Enumerable.Range(1, TestLength.Of(2, 12));

    [Test]
    public async Task Crash_in_a_random_script_shows_the_state_before_or_after_the_operation([ValueSource(nameof(Scripts))] int _)
    {
        var seed = TestSeed.Next();
        var clock = new ManualClock();
        var volume = new InMemoryVolume();
        var script = new RandomScript(string.Empty, seed, volume, clock);
        var crashes = new CrashRecorder(volume, seed, partialCuts: 2, () => [script.Acknowledged]);
        using (var provider = StoreCheck.Open(new ObservedVolume(volume, crashes.Observe), clock, limits: StoreCheck.SmallIndex))
        {
            await script.RunAsync(provider, ScriptLength, describeOnCopies: true);
            crashes.RecordNow("the end", isAcknowledged: true);
        }

        foreach (var crash in crashes.Recorded)
        {
            var found = await StoreCheck.DescribeAfterRestartAsync(crash.Volume, clock);
            Assert.That(script.Explains(found, crash.Stage[0]), Is.True, $"seed {seed}, {crash}, acts:\n{string.Join('\n', script.Done)}\nfound after {crash.Stage[0]} acts:\n{found}\nbefore:\n{script.States[crash.Stage[0]]}");
        }
    }

    // In a shared folder, each process removes the folders that it empties while the other one uses them.
    [Test]
    public async Task Crash_under_several_processes_shows_for_each_the_state_before_or_after_its_operation([ValueSource(nameof(SharedScripts))] int _, [Values("", "shared/")] string folder)
    {
        var seed = TestSeed.Next();
        var clock = new ManualClock();
        var volume = new InMemoryVolume();
        RandomScript[] scripts =
        [
            new(folder + "p/", seed, volume, clock), new(folder + "q/", seed + 1, volume, clock), new(folder + "r-", seed + 2, volume, clock),
        ];
        var crashes = new CrashRecorder(volume, seed, partialCuts: 1, () => [.. scripts.Select(script => script.Acknowledged)], share: 3);
        await Task.WhenAll(scripts.Select(async script =>
        {
            using var provider = StoreCheck.Open(new ObservedVolume(volume, crashes.Observe), clock, limits: StoreCheck.SmallIndex);
            await Task.Yield();
            await script.RunAsync(provider, ScriptLength, describeOnCopies: true);
        }));
        crashes.RecordNow("the end", isAcknowledged: true);
        foreach (var crash in crashes.Recorded)
        {
            await StoreCheck.DescribeAfterRestartAsync(crash.Volume, clock);
            foreach (var (script, stage) in scripts.Zip(crash.Stage))
            {
                var found = await StoreCheck.DescribeAsync(crash.Volume, clock, script.Prefix);
                Assert.That(script.Explains(found, stage), Is.True, $"seed {seed}, {crash}, acts:\n{string.Join('\n', script.Done)}\nfound after {stage} acts:\n{found}\nbefore:\n{script.States[stage]}");
            }
        }
    }
}
