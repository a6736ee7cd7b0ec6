using ImageStorage.Providers;

namespace ImageStorage.Tests.Listing;

/// <summary>Pages with images that cannot be listed: complete, in parts, and without a repetition.</summary>
internal sealed class PageBuilderTests
{
    private static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Test]
    public void Full_page_takes_the_unlisted_images_that_follow_and_continues_after_them()
    {
        var query = new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 1 };
        var page = new PageBuilder(query);

        Assert.That(page.Add(Info("a")), Is.True);
        Assert.That(page.Add(Unlisted("b")), Is.True);
        Assert.That(page.Add(Info("c")), Is.False);

        var built = page.ToPage();
        Assert.That((built.Items.Single().Key.Value, built.Unlisted.Single().Name), Is.EqualTo(("a", "b")));
        Assert.That(ListPosition.From(query with { ContinuationToken = built.ContinuationToken })!.Value.Key.Value, Is.EqualTo("b"));
    }

    [Test]
    public void Page_ends_early_after_the_maximum_of_unlisted_images()
    {
        var query = new ImageQuery { Order = ImageOrder.KeyAscending };
        var (seen, tokens) = (new List<string>(), 0);
        do
        {
            var position = ListPosition.From(query);
            var page = new PageBuilder(query);
            foreach (var image in Enumerable.Range(0, 2500).Select(i => WalkedImage.Of(Unlisted($"k{i:0000}"))).Where(image => position?.IsBefore(image) != false))
            {
                if (!page.Add(image))
                {
                    break;
                }
            }

            var built = page.ToPage();
            Assert.That(built.Unlisted, Has.Count.LessThanOrEqualTo(ImagePage.MaxUnlisted));
            seen.AddRange(built.Unlisted.Select(image => image.Name));
            query = query with { ContinuationToken = built.ContinuationToken };
            tokens++;
        }
        while (query.ContinuationToken is not null);

        Assert.That((seen.Count, seen.Distinct().Count(), tokens), Is.EqualTo((2500, 2500, 3)));
    }

    [Test]
    public void Image_without_a_known_time_is_the_oldest_and_passes_filters_of_time()
    {
        var unknown = Unlisted("x");
        var query = new ImageQuery { CreatedFrom = Time };
        var page = new PageBuilder(query);

        page.Add(unknown);
        page.Add(unknown with { Name = "y", Key = "y", CreatedAt = Time.AddDays(-1) });
        page.Add(unknown with { Name = "z", Key = "z", CreatedAt = Time.AddDays(1) });

        Assert.That(page.ToPage().Unlisted.Select(image => image.Name), Is.EqualTo(new[] { "x", "z" }));
        Assert.That(ListPosition.Of(ImageOrder.CreatedAscending, unknown)!.Value.IsBefore(Time, "a"), Is.True);
    }

    [Test]
    public void Image_without_a_known_key_has_no_position_and_is_on_every_page()
    {
        var nameless = new UnlistedImage { Name = "images/ff", Status = VerificationStatus.Corrupted, Detail = "d" };
        var page = new PageBuilder(new ImageQuery { Prefix = "cats/", Limit = 1 });

        Assert.That(page.Add(nameless), Is.True);
        Assert.That(page.Add(Info("cats/a")), Is.True);
        Assert.That(page.Add(Info("cats/b")), Is.False);

        Assert.That(page.ToPage().Unlisted, Is.EqualTo(new[] { nameless }));
        Assert.That(ListPosition.Of(ImageOrder.KeyAscending, nameless), Is.Null);
    }

    [Test]
    public void Images_without_a_known_key_above_the_maximum_are_counted_and_not_collected()
    {
        var page = new PageBuilder(new ImageQuery());
        for (var i = 0; i < ImagePage.MaxUnlisted + 5; i++)
        {
            Assert.That(page.Add(new UnlistedImage { Name = $"images/{i}", Status = VerificationStatus.Corrupted, Detail = "d" }), Is.True);
        }

        var unlisted = page.ToPage().Unlisted;

        Assert.That(unlisted, Has.Count.EqualTo(ImagePage.MaxUnlisted + 1));
        Assert.That(unlisted[^1].Detail, Does.StartWith("5 more images"));
    }

    private static UnlistedImage Unlisted(string key) => UnlistedImage.Of(key, new ImageCorruptedException("m") { Reason = "its record does not match its hash" });

    private static ImageInfo Info(string key) => new() { Key = key, ContentType = "image/png", Length = 1, Width = 1, Height = 1, XxHash128 = 0, CreatedAt = Time, ModifiedAt = Time, ETag = new ImageETag("v") };
}
