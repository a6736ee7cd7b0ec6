using System.Security.Cryptography;
using ImageStorage.FileSystem.Tests.Faults;
using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>
/// Every operation, with the process killed or the power cut at every call of the volume: promises P1, P2, P3 and P4.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CrashEnumerationTests
{
    [TestCaseSource(typeof(Scenario), nameof(Scenario.All))]
    public async Task Crash_at_any_call_leaves_old_or_new_and_keeps_acknowledged_writes(Scenario scenario)
    {
        var seed = TestSeed.Next();
        var clock = new ManualClock();
        var (volume, etag) = await scenario.ArrangeAsync(clock);
        var before = await StoreCheck.DescribeAsync(volume.Copy(), clock);
        var crashes = new CrashRecorder(volume, seed, partialCuts: 8);
        using (var provider = StoreCheck.Open(new ObservedVolume(volume, crashes.Observe), clock, limits: StoreCheck.SmallIndex))
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

    [TestCaseSource(typeof(Scenario), nameof(Scenario.All))]
    public async Task Relaxed_survives_a_kill_and_after_a_power_cut_returns_nothing_torn(Scenario scenario)
    {
        var seed = TestSeed.Next();
        var clock = new ManualClock();
        var (volume, etag) = await scenario.ArrangeAsync(clock);
        var before = await StoreCheck.DescribeAsync(volume.Copy(), clock);
        var crashes = new CrashRecorder(volume, seed, partialCuts: 4);
        using (var provider = StoreCheck.Open(new ObservedVolume(volume, crashes.Observe), clock, Durability.Relaxed, StoreCheck.SmallIndex))
        {
            await scenario.ActAsync(provider, etag, CancellationToken.None);
        }

        crashes.RecordNow("after the acknowledgement", isAcknowledged: true);
        var after = await StoreCheck.DescribeAsync(volume.Copy(), clock);
        foreach (var crash in crashes.Recorded)
        {
            if (crash.How == "kill")
            {
                var found = await StoreCheck.DescribeAfterRestartAsync(crash.Volume, clock);
                Assert.That(found, crash.IsAcknowledged ? Is.EqualTo(after) : Is.EqualTo(before).Or.EqualTo(after), $"{scenario}, seed {seed}, {crash}");
            }
            else
            {
                await AssertNothingTornAsync(crash.Volume, clock, $"{scenario}, seed {seed}, {crash}");
            }
        }
    }

    private static async Task AssertNothingTornAsync(InMemoryVolume volume, ManualClock clock, string what)
    {
        using var provider = StoreCheck.Open(volume, clock);
        var storage = new ImageStorageManager(provider);
        await foreach (var info in storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.KeyAscending }))
        {
            try
            {
                var bytes = await storage.GetBytesAsync(info.Key);
                Assert.That(new Sha256Digest(SHA256.HashData(bytes!)), Is.EqualTo(info.Sha256), what);
            }
            catch (ImageCorruptedException)
            {
                // Without flushes, a power cut may tear a file. The damage is reported, and no torn byte is returned.
            }
        }

        await storage.SaveBytesAsync("keep/one.png", Pictures.Of(500, 5));
        Assert.That(await storage.GetBytesAsync("keep/one.png"), Is.EqualTo(Pictures.Of(500, 5)), what);
    }
}
