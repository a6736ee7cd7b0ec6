using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests listings of a store that changes between and during the pages: an image that stays is listed exactly once,
/// whatever changes around it.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class PagingConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Count = 30;
    private static readonly ImageOrder[] Orders = Enum.GetValues<ImageOrder>();

    private protected override Task PrepareAsync() => SaveAllAsync(
        Enumerable.Range(0, Count).Select(i => new SaveRequest(Key(i), new MemoryStream(Image(i)), new SaveOptions { CreatedAt = Clock.Now.AddMinutes(i) })));

    [TestCaseSource(nameof(Orders))]
    public async Task Deleting_what_was_listed_hides_nothing_that_follows(ImageOrder order)
    {
        var seen = new List<ImageKey>();
        var query = new ImageQuery { Order = order, Limit = 4 };
        ImagePage page;
        do
        {
            page = await Storage.ListAsync(query);
            seen.AddRange(page.Items.Select(info => info.Key));
            foreach (var info in page.Items)
            {
                await Storage.DeleteAsync(info.Key);
            }

            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (page.ContinuationToken is not null);

        Assert.That(seen, Is.Unique);
        Assert.That(seen, Has.Count.EqualTo(Count));
        Assert.That((await Storage.GetUsageAsync()).Count, Is.Zero);
    }

    [TestCaseSource(nameof(Orders))]
    public async Task Listing_continues_after_its_last_image_is_deleted(ImageOrder order)
    {
        var all = (await Storage.ListAsync(new ImageQuery { Order = order })).Items;
        var first = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 10 });
        await Storage.DeleteAsync(first.Items[^1].Key);

        var second = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 10, ContinuationToken = first.ContinuationToken });

        Assert.That(second.Items, Is.EqualTo(all.Skip(10).Take(10)));
    }

    [TestCaseSource(nameof(Orders))]
    public async Task Listing_continues_after_its_last_image_is_overwritten(ImageOrder order)
    {
        var all = (await Storage.ListAsync(new ImageQuery { Order = order })).Items;
        var first = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 10 });
        await SaveAsync(first.Items[^1].Key, 99);

        var second = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 10, ContinuationToken = first.ContinuationToken });

        Assert.That(second.Items, Is.EqualTo(all.Skip(10).Take(10)));
    }

    [TestCaseSource(nameof(Orders))]
    public async Task Deleting_all_that_follows_leaves_an_empty_last_page(ImageOrder order)
    {
        var first = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 10 });
        foreach (var info in (await Storage.ListAsync(new ImageQuery { Order = order, ContinuationToken = first.ContinuationToken })).Items)
        {
            await Storage.DeleteAsync(info.Key);
        }

        var second = await Storage.ListAsync(new ImageQuery { Order = order, Limit = 10, ContinuationToken = first.ContinuationToken });

        Assert.That((second.Items.Count, second.ContinuationToken), Is.EqualTo((0, default(string))));
    }

    [TestCaseSource(nameof(Orders))]
    public async Task Saving_before_and_after_the_token_repeats_and_hides_nothing(ImageOrder order)
    {
        var seen = new List<ImageKey>();
        var query = new ImageQuery { Order = order, Limit = 3 };
        ImagePage page;
        var i = 0;
        do
        {
            page = await Storage.ListAsync(query);
            seen.AddRange(page.Items.Select(info => info.Key));
            await SaveAsync($"k/000-early-{i}", i, new SaveOptions { CreatedAt = Clock.Now.AddDays(-1 - i) });
            if (i < 10)
            {
                await SaveAsync($"k/zzz-late-{i}", i, new SaveOptions { CreatedAt = Clock.Now.AddDays(1 + i) });
            }

            i++;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (page.ContinuationToken is not null && i < 60);

        Assert.That(seen, Is.Unique);
        Assert.That(seen.Where(key => key.Value.StartsWith("k/img", StringComparison.Ordinal)).ToHashSet(), Has.Count.EqualTo(Count));
    }

    [TestCase(ImageOrder.CreatedDescending)]
    [TestCase(ImageOrder.CreatedAscending)]
    public async Task Overwriting_keeps_the_place_in_the_order_of_creation(ImageOrder order)
    {
        var before = (await Storage.ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key).ToList();
        Clock.Advance(TimeSpan.FromDays(400));

        var overwritten = await SaveAsync(before[5], 77);
        await Storage.UpdateAsync(before[6], new ImageUpdate { Tags = ["x"] });

        var after = (await Storage.ListAsync(new ImageQuery { Order = order })).Items;
        Assert.That(after.Select(info => info.Key), Is.EqualTo(before));
        Assert.That(after[5], Is.EqualTo(overwritten));
    }

    [Test]
    public async Task A_new_time_of_creation_moves_the_image_and_leaves_nothing_at_the_old_place()
    {
        for (var i = 0; i < 5; i++)
        {
            await SaveAsync(Key(10), i, new SaveOptions { CreatedAt = Clock.Now.AddYears(i % 2 == 0 ? 5 + i : -5 - i) });
        }

        var newestFirst = (await Storage.ListAsync(new ImageQuery())).Items;
        Assert.That(newestFirst.Select(info => info.Key), Is.Unique);
        Assert.That(newestFirst, Has.Count.EqualTo(Count));
        Assert.That(newestFirst[0].Key, Is.EqualTo(Key(10)));
    }

    [Test]
    public async Task An_image_that_was_deleted_and_saved_again_is_listed_once_and_as_new()
    {
        await Storage.DeleteAsync(Key(0));
        Clock.Advance(TimeSpan.FromDays(10));
        var again = await SaveAsync(Key(0), 55);

        var newestFirst = (await Storage.ListAsync(new ImageQuery())).Items;

        Assert.That(newestFirst, Has.Count.EqualTo(Count));
        Assert.That(newestFirst[0], Is.EqualTo(again));
    }

    // Writers change the neighbours of the watched images before and after every position.
    [TestCaseSource(nameof(Orders))]
    public async Task Listing_beside_writers_shows_each_image_that_stays_once_and_in_order(ImageOrder order)
    {
        var expected = (await Storage.ListAsync(new ImageQuery { Order = order })).Items.Select(info => info.Key).ToList();

        await Threads.RunAsync(4, async thread =>
        {
            for (var i = 0; i < 12; i++)
            {
                if (thread < 2)
                {
                    var key = $"k/img{thread}{i % 3}-coming-and-going.png";
                    await SaveAsync(key, i, new SaveOptions { CreatedAt = Clock.Now.AddMinutes((i * 7 % Count) + 0.5) });
                    await Storage.DeleteAsync(key);
                }
                else
                {
                    var seen = new List<ImageInfo>();
                    await foreach (var info in Storage.EnumerateAsync(new ImageQuery { Order = order, Limit = 1 + (i % 9) }))
                    {
                        seen.Add(info);
                    }

                    // A key that was deleted and saved again at a later position may be listed again, but as another
                    // version.
                    Assert.That(seen.Select(info => info.ETag), Is.Unique);
                    Assert.That(seen.Select(info => info.Key).Where(expected.Contains), Is.EqualTo(expected));
                }
            }
        });
    }

    private static ImageKey Key(int i) => $"k/img{i * 7 % Count:00}.png";
}
