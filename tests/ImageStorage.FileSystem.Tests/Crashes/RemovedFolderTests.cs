using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Crashes;

/// <summary>
/// P1 and P9: a save into a folder that another process removes at that moment, and may create again without flushing
/// it.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class RemovedFolderTests
{
    private static readonly byte[] Image = Pictures.Of(2_000, 1);

    [Test]
    public async Task A_save_into_a_folder_that_another_process_removes_survives_a_power_cut([Values] bool isCreatedAgain, [Values("f", "f/deep/deeper")] string folder)
    {
        var seed = TestSeed.Next();
        var clock = new ManualClock();
        var volume = new InMemoryVolume();
        using var relaxed = StoreCheck.Open(volume, clock, Durability.Relaxed);
        var other = new ImageStorageManager(relaxed);
        var hasStruck = false;
        using var provider = StoreCheck.Open(
            new ObservedVolume(volume, call =>
            {
                // The save holds its lock and is about to commit.
                if (call.Operation == VolumeOperation.MoveOver && call.Path == $"images/{folder}/saved.png" && !hasStruck)
                {
                    hasStruck = true;
                    other.DeleteAsync($"{folder}/deleted.png").GetAwaiter().GetResult();
                    Assert.That(volume.DirectoryExists("images/f"), Is.False, "The test does not show what it is to show.");
                    if (isCreatedAgain)
                    {
                        other.SaveBytesAsync($"{folder}/other.png", Image).GetAwaiter().GetResult();
                    }
                }
            }),
            clock);
        var storage = new ImageStorageManager(provider);
        await storage.SaveBytesAsync($"{folder}/deleted.png", Image);
        await storage.SaveBytesAsync($"{folder}/saved.png", Image);

        Assert.That(hasStruck, Is.True);
        foreach (var policy in Enumerable.Range(0, 30).Select(i => CrashPolicy.PartialPowerCut(seed + i)).Prepend(CrashPolicy.PowerCut))
        {
            using var afterwards = StoreCheck.Open(volume.Crash(policy), clock);
            Assert.That(await new ImageStorageManager(afterwards).GetBytesAsync($"{folder}/saved.png"), Is.EqualTo(Image), $"seed {seed}");
        }
    }
}
