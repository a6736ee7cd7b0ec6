using ImageStorage.Providers;
using ImageStorage.Resilience;

namespace ImageStorage.Hybrid.Tests.Faults;

/// <summary>The catalog stores the record of a large image, and its answer is lost.</summary>
public class LostAnswerTests
{
    private const string Key = "a.png";

    [Test]
    public async Task Resilience_layer_of_the_catalog_does_not_store_the_record_again_after_another_writer_replaced_the_image()
    {
        var world = new HybridWorld();
        await using var other = world.Storage();
        var isLost = false;
        var moments = new Moments
        {
            Reached = (_, name) =>
            {
                if (name == "catalog.Put done" && !isLost)
                {
                    isLost = true;
                    other.SaveBytesAsync(Key, HybridWorld.Large(2)).GetAwaiter().GetResult();
                    throw new StorageUnavailableException("The answer was lost.") { Provider = "InMemory" };
                }
            },
        };
        var catalog = new ResilienceProvider(new WatchedPart(world.Catalog, "catalog", moments), new ResilienceOptions(), TimeProvider.System);
        await using var storage = new ImageStorageManager(new HybridImageProvider(catalog, world.Content, new HybridStorageOptions { InlineLimit = HybridWorld.InlineLimit, SweepInterval = null }, world.Clock));

        Assert.ThrowsAsync<StorageUnavailableException>(() => storage.SaveBytesAsync(Key, HybridWorld.Large(1)));

        Assert.That(isLost);
        Assert.That(await other.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(2)));
        Assert.That(await storage.SaveBytesAsync(Key, HybridWorld.Large(1)), Is.Not.Null);
        Assert.That(await other.GetBytesAsync(Key), Is.EqualTo(HybridWorld.Large(1)));
    }
}
