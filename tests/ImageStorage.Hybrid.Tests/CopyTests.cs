using ImageStorage.Hybrid.Tests.Faults;

namespace ImageStorage.Hybrid.Tests;

public class CopyTests
{
    private const string Key = "a.png";

    // A restored version has its ETag again and other content.
    [Test]
    public async Task Copy_beside_a_rollback_copies_the_restored_image()
    {
        var world = new HybridWorld();
        await using var other = world.Open();
        var storage = new ImageStorageManager(other);
        var before = await storage.SaveBytesAsync(Key, HybridWorld.Large(1));
        Assert.That(await other.RetainAsync("tx-1", Key, before.ETag), Is.True);
        var isDone = false;
        var moments = new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "content.GetInfo asked" && !isDone)
                {
                    isDone = true;
                    Task.Run(async () =>
                    {
                        var replaced = await storage.SaveBytesAsync(Key, HybridWorld.Large(2));
                        await other.RestoreAsync("tx-1", Key, replaced.ETag);
                        await other.DropAsync("tx-1");
                    }).GetAwaiter().GetResult();
                }
            },
        };
        await using var slow = world.Storage(moments);

        await slow.CopyAsync(Key, "b.png");

        Assert.That(isDone);
        Assert.That(await storage.GetBytesAsync("b.png"), Is.EqualTo(HybridWorld.Large(1)));
        await world.AssertSoundAsync();
    }

    [Test]
    public async Task Images_of_a_store_that_becomes_the_catalog_can_be_copied_and_moved()
    {
        var world = new HybridWorld();
        await using var plain = new ImageStorageManager(world.Catalog);
        await plain.SaveBytesAsync(Key, HybridWorld.Small(1));
        await using var storage = world.Storage();

        await storage.CopyAsync(Key, "b.png");

        Assert.That(await storage.GetBytesAsync("b.png"), Is.EqualTo(HybridWorld.Small(1)));
    }
}
