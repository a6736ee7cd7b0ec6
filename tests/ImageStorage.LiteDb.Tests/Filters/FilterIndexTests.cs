using ImageStorage.LiteDb.Tests.Simulation;
using ImageStorage.Testing;

namespace ImageStorage.LiteDb.Tests.Filters;

/// <summary>
/// P6: a page of the images of a content type or tag costs the page, and is what reading all images would return.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class FilterIndexTests
{
    private static readonly string[] Tags = ["a", "A", "ab", "\u00e9"];

    [Test]
    public async Task Page_of_a_rare_tag_or_type_reads_few_pages_of_a_large_store()
    {
        const int Images = 3_000;
        var (disk, clock) = (new SimulatedDisk(), new ManualClock());
        await using (var provider = StoreOperation.Open(disk, clock, Durability.Relaxed))
        {
            var storage = StoreOperation.StorageOver(provider, clock);
            for (var i = 0; i < Images; i++)
            {
                await storage.SaveBytesAsync($"{i:0000}", i % 1000 == 7 ? SampleImages.Gif() : SampleImages.OfLength(200, i), new SaveOptions { Tags = i % 1000 == 13 ? ["rare", "usual"] : ["usual"] });
                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        var all = await CountReadsAsync(disk, clock, new ImageQuery { Tag = "of no image", Order = ImageOrder.KeyAscending }, 0);

        foreach (var order in new[] { ImageOrder.CreatedDescending, ImageOrder.CreatedAscending })
        {
            Assert.That(await CountReadsAsync(disk, clock, new ImageQuery { Tag = "rare", Order = order }, 3), Is.LessThan(all / 4));
            Assert.That(await CountReadsAsync(disk, clock, new ImageQuery { ContentType = "image/gif", Order = order }, 3), Is.LessThan(all / 4));
            Assert.That(await CountReadsAsync(disk, clock, new ImageQuery { Tag = "of no image", Order = order }, 0), Is.LessThan(all / 4));
        }
    }

    [Test]
    public async Task Filters_list_in_each_order_what_a_walk_through_all_images_lists([Values(1, 7, 200)] int limit)
    {
        var seed = TestContext.CurrentContext.Random.Next();
        await TestContext.Out.WriteLineAsync($"seed {seed}");
        var random = new Random(seed);
        var (disk, clock) = (new SimulatedDisk(), new ManualClock());
        await using var provider = StoreOperation.Open(disk, clock, Durability.Relaxed);
        var storage = StoreOperation.StorageOver(provider, clock);
        for (var i = 0; i < 200; i++)
        {
            // Some images overwrite others, are created at the same moment, are updated or deleted.
            ImageKey key = $"{random.Next(120)}";
            await storage.SaveBytesAsync(key, random.Next(3) == 0 ? SampleImages.Gif() : SampleImages.OfLength(200 + random.Next(100), i), new SaveOptions { Tags = Some(random) });
            clock.Advance(TimeSpan.FromSeconds(random.Next(2)));
            if (random.Next(4) == 0)
            {
                await storage.UpdateAsync(key, new ImageUpdate { Tags = Some(random) });
            }
            else if (random.Next(4) == 0)
            {
                await storage.DeleteAsync(key);
            }
        }

        var all = await ListAsync(provider, new ImageQuery { Limit = limit });
        var middle = all[all.Count / 2].CreatedAt;
        foreach (var query in Tags.Select(tag => new ImageQuery { Tag = tag })
            .Concat([new() { ContentType = "image/gif" }, new() { ContentType = "IMAGE/png" }, new() { ContentType = "image/gif", Tag = "a" }]))
        {
            foreach (var whole in new[] { query with { Limit = limit }, query with { Limit = limit, CreatedFrom = middle }, query with { Limit = limit, CreatedBefore = middle, Prefix = "1" } })
            {
                var expected = all.Where(whole.Matches).ToList();
                Assert.That(await ListAsync(provider, whole), Is.EqualTo(expected), $"{whole}");
                Assert.That(await ListAsync(provider, whole with { Order = ImageOrder.CreatedAscending }), Is.EqualTo(expected.AsEnumerable().Reverse()), $"{whole}");
                Assert.That(await ListAsync(provider, whole with { Order = ImageOrder.KeyAscending }), Is.EqualTo(expected.OrderBy(info => info.Key)), $"{whole}");
            }
        }

        await StoreState.AssertSoundAsync(provider);
    }

    private static string[] Some(Random random) => [.. Tags.Where(_ => random.Next(2) == 0)];

    /// <summary>
    /// Counts the reads of a newly opened store for a page; each read returns one page of the database, or eight
    /// adjacent pages.
    /// </summary>
    private static async Task<int> CountReadsAsync(SimulatedDisk disk, ManualClock clock, ImageQuery query, int images)
    {
        await using var provider = StoreOperation.Open(disk, clock);
        await provider.GetInfoAsync("opens the store");
        var reads = 0;
        disk.Observer = call =>
        {
            reads += call == DiskCall.Read ? 1 : 0;
            return null;
        };
        var page = await provider.ListAsync(query);
        disk.Observer = null;
        Assert.That(page.Items, Has.Count.EqualTo(images));
        return reads;
    }

    private static async Task<List<ImageInfo>> ListAsync(LiteDbImageProvider provider, ImageQuery query)
    {
        var all = new List<ImageInfo>();
        for (ImagePage? page = null; page is null || page.ContinuationToken is not null;)
        {
            page = await provider.ListAsync(query with { ContinuationToken = page?.ContinuationToken });
            all.AddRange(page.Items);
        }

        return all;
    }
}
