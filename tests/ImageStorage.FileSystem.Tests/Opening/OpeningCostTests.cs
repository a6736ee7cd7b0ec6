using ImageStorage.FileSystem.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.FileSystem.Tests.Opening;

/// <summary>P6: the cost of opening a store and of the first page does not depend on the number of images.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OpeningCostTests
{
    [Test]
    public async Task Opening_reading_and_the_newest_page_cost_the_same_in_a_large_store()
    {
        var small = await CallsAsync(60);
        var large = await CallsAsync(2_000);

        TestContext.Out.WriteLine($"operations on 60 images: {small}, on 2,000: {large}");
        Assert.That(large.Read, Is.EqualTo(small.Read));
        Assert.That(large.Write, Is.LessThanOrEqualTo(small.Write + 10));
        Assert.That(large.Page, Is.LessThanOrEqualTo(small.Page + 60));
    }

    private static async Task<(int Read, int Write, int Page)> CallsAsync(int images)
    {
        var clock = new ManualClock();
        var volume = new InMemoryVolume();
        using (var filler = StoreCheck.Open(volume, clock, Durability.Relaxed))
        {
            for (var i = 0; i < images; i++)
            {
                clock.Advance(TimeSpan.FromMinutes(1));
                await new ImageStorageManager(filler).SaveBytesAsync($"{i % 10}/{i}.png", Pictures.Of(120));
            }
        }

        var calls = 0;
        using var provider = StoreCheck.Open(new ObservedVolume(volume, _ => Interlocked.Increment(ref calls)), clock);
        var storage = new ImageStorageManager(provider);
        Assert.That(await storage.GetBytesAsync("0/0.png"), Is.Not.Null);
        var read = calls;
        Assert.That((await storage.ListAsync(new ImageQuery())).Items, Has.Count.EqualTo(50));
        var page = calls - read;
        await storage.SaveBytesAsync("new.png", Pictures.Of(120));
        return (read, calls - page - read, page);
    }
}
