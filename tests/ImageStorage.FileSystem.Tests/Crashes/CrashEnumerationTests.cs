using ImageStorage.FileSystem.Tests.Faults;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>Every act, with the process or the power gone at every operation of the volume: promises P1, P2, P3 and P4.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashEnumerationTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.All))]
    public async Task Crash_at_any_operation_leaves_old_or_new_and_keeps_what_was_acknowledged(Scenario scenario)
    {
        var seed = TestSeed.Next();
        var clock = new ManualClock();
        var (volume, etag) = await scenario.ArrangeAsync(clock);
        var before = await StoreCheck.DescribeAsync(volume.Copy(), clock);
        var crashes = new CrashRecorder(volume, seed, partialCuts: 8);
        using (var provider = StoreCheck.Open(new ObservedVolume(volume, crashes.Observe), clock))
        {
            await scenario.ActAsync(provider, etag, CancellationToken.None);
        }

        crashes.RecordNow("after the acknowledgement", isAcknowledged: true);
        var after = await StoreCheck.DescribeAsync(volume.Copy(), clock);
        foreach (var crash in crashes.Recorded)
        {
            var found = await StoreCheck.DescribeAfterRestartAsync(crash.Volume, clock);
            Assert.That(found, crash.IsAcknowledged ? Is.EqualTo(after) : Is.EqualTo(before).Or.EqualTo(after), $"{scenario}, seed {seed}, {crash}");
        }
    }
}
