using ImageStorage.Hybrid.Tests.Faults;
using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Hybrid.Tests;

/// <summary>P2 and P9: two processes overwrite, delete and read a few keys, and one sweeps without pause.</summary>
public class ConcurrencyTests
{
    private const int Threads = 7;
    private const int Rounds = 300;

    [Test]
    public async Task Races_never_tear_lose_or_leave_too_much()
    {
        var world = new HybridWorld();
        await using var one = world.Storage();
        await using var two = world.Storage();
        await using var sweeper = world.Open();
        for (var i = 0; i < 3; i++)
        {
            await one.SaveBytesAsync($"{i}.png", HybridWorld.Large(i));
        }

        // The existing content is old enough for the sweep while it is overwritten.
        world.Clock.Advance(TimeSpan.FromHours(25));
        await Testing.NUnit.Threads.RunAsync(Threads, async thread =>
        {
            var random = new Random(thread);
            var storage = thread % 2 == 0 ? one : two;
            for (var round = 0; round < Rounds; round++)
            {
                ImageKey key = $"{random.Next(3)}.png";
                await (thread == 0 ? sweeper.SweepAsync() : ActAsync(storage, key, random));
            }
        });

        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Overwrites_one_after_the_other_leave_nothing_to_the_sweep()
    {
        var world = new HybridWorld();
        await using var storage = world.Storage();
        for (var round = 0; round < 30; round++)
        {
            await storage.SaveBytesAsync("a.png", round % 3 == 2 ? HybridWorld.Small(round) : HybridWorld.Large(round));
            Assert.That(await world.StoredIdsAsync(), Is.EqualTo(await world.NamedIdsAsync()));
        }
    }

    private static async Task ActAsync(ImageStorageManager storage, ImageKey key, Random random)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                await storage.SaveBytesAsync(key, HybridWorld.Large(random.Next(1_000)));
                break;
            case 2:
                await storage.SaveBytesAsync(key, HybridWorld.Small(random.Next(1_000)));
                break;
            case 3:
                await storage.DeleteAsync(key);
                break;
            case 4:
                try
                {
                    await storage.UpdateAsync(key, new ImageUpdate { Tags = [$"{random.Next(9)}"] });
                }
                catch (ImageNotFoundException)
                {
                    // Another thread deleted the image.
                }

                break;
            default:
                await using (var image = await storage.GetAsync(key))
                {
                    using var bytes = new MemoryStream();
                    await (image?.Content.CopyToAsync(bytes) ?? Task.CompletedTask);
                    Assert.That(image is null || PieceContent.DigestOf(bytes.ToArray()) == image.Info.Digest, Is.True, "A torn image was read.");
                }

                break;
        }
    }
}
