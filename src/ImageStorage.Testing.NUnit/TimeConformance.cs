using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests versions and times: the creation time stays, the modification time grows, an ETag is never reused.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class TimeConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private static readonly string[] Times =
    [
        "0001-01-01T00:00:00.0000000Z", "1601-01-01T00:00:00.0000000Z", "1969-12-31T23:59:59.9999999Z", "1970-01-01T00:00:00.0000000Z",
        "2001-09-09T01:46:40.1234567Z", "2038-01-19T03:14:08.0000000Z", "2300-06-01T12:00:00.0000001Z", "9999-12-31T23:59:59.9999999Z",
    ];

    [Test]
    public async Task First_save_is_created_and_modified_now()
    {
        var info = await SaveAsync("a.png");

        Assert.That((info.CreatedAt, info.ModifiedAt), Is.EqualTo((Clock.Now, Clock.Now)));
    }

    [Test]
    public async Task Overwrite_keeps_the_time_of_creation()
    {
        var first = await SaveAsync("a.png", 1);
        Clock.Advance(TimeSpan.FromDays(3));

        var second = await SaveAsync("a.png", 2);

        Assert.That((second.CreatedAt, second.ModifiedAt), Is.EqualTo((first.CreatedAt, Clock.Now)));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(second));
    }

    [Test]
    public async Task Update_keeps_the_time_of_creation()
    {
        var first = await SaveAsync("a.png", 1);
        Clock.Advance(TimeSpan.FromDays(3));

        var second = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] });

        Assert.That((second.CreatedAt, second.ModifiedAt), Is.EqualTo((first.CreatedAt, Clock.Now)));
    }

    [TestCaseSource(nameof(Times))]
    public async Task Save_keeps_a_given_time_of_creation_to_the_tick(string time)
    {
        var createdAt = DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

        var info = await SaveAsync("a.png", 1, new SaveOptions { CreatedAt = createdAt });

        Assert.That(info.CreatedAt, Is.EqualTo(createdAt));
        Assert.That(info.ModifiedAt, Is.EqualTo(Clock.Now));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(info));
        Assert.That((await Storage.ListAsync(new ImageQuery())).Items, Is.EqualTo(new[] { info }));
    }

    [Test]
    public async Task Save_takes_a_time_of_creation_with_any_offset()
    {
        var createdAt = new DateTimeOffset(2020, 5, 6, 7, 8, 9, TimeSpan.FromHours(-7));

        await SaveAsync("a.png", 1, new SaveOptions { CreatedAt = createdAt });

        Assert.That((await Storage.GetInfoAsync("a.png"))!.CreatedAt, Is.EqualTo(createdAt));
    }

    [Test]
    public async Task Overwrite_keeps_a_time_of_creation_that_was_given()
    {
        var createdAt = Clock.Now.AddYears(-20);
        await SaveAsync("a.png", 1, new SaveOptions { CreatedAt = createdAt });

        var second = await SaveAsync("a.png", 2);

        Assert.That(second.CreatedAt, Is.EqualTo(createdAt));
    }

    [TestCase(-3650)]
    [TestCase(3650)]
    public async Task Overwrite_takes_a_time_of_creation_that_is_given_now(int days)
    {
        await SaveAsync("a.png", 1);
        await SaveAsync("other.png", 3);
        var createdAt = Clock.Now.AddDays(days);

        var second = await SaveAsync("a.png", 2, new SaveOptions { CreatedAt = createdAt });

        Assert.That(second.CreatedAt, Is.EqualTo(createdAt));
        var newestFirst = (await Storage.ListAsync(new ImageQuery())).Items.Select(info => info.Key.Value);
        Assert.That(newestFirst, Is.EqualTo(days > 0 ? ["a.png", "other.png"] : new[] { "other.png", "a.png" }));
    }

    [Test]
    public async Task Modified_grows_while_the_clock_stands_still()
    {
        var times = new List<DateTimeOffset> { (await SaveAsync("a.png", 0)).ModifiedAt };
        for (var i = 1; i < 10; i++)
        {
            times.Add((i % 2 == 0 ? await SaveAsync("a.png", i) : await Storage.UpdateAsync("a.png", new ImageUpdate { FileName = $"{i}.png" })).ModifiedAt);
        }

        Assert.That(times, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public async Task Modified_grows_though_the_clock_steps_back()
    {
        var times = new List<DateTimeOffset>();
        for (var i = 0; i < 8; i++)
        {
            times.Add((i % 2 == 0 ? await SaveAsync("a.png", i) : await Storage.UpdateAsync("a.png", new ImageUpdate { FileName = $"{i}.png" })).ModifiedAt);
            Clock.Advance(TimeSpan.FromHours(-1));
        }

        Assert.That(times, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public async Task Save_after_delete_has_a_new_creation_time()
    {
        await SaveAsync("a.png", 1);
        await Storage.DeleteAsync("a.png");
        Clock.Advance(TimeSpan.FromDays(1));

        var info = await SaveAsync("a.png", 1);

        Assert.That(info.CreatedAt, Is.EqualTo(Clock.Now));
    }

    [Test]
    public async Task ETag_is_never_used_again_for_the_same_key()
    {
        var etags = new List<ImageETag>();
        for (var i = 0; i < 6; i++)
        {
            etags.Add((await SaveAsync("a.png", 1)).ETag);
            etags.Add((await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["same"] })).ETag);
            etags.Add((await Storage.UpdateAsync("a.png", new ImageUpdate())).ETag);
            await Storage.DeleteAsync("a.png");
        }

        Assert.That(etags, Is.Unique);
    }

    [Test]
    public async Task Reading_and_listing_make_no_new_version()
    {
        var saved = await SaveAsync("a.png", 1);
        Clock.Advance(TimeSpan.FromDays(1));

        await Storage.GetBytesAsync("a.png");
        await Storage.ListAsync(new ImageQuery());
        await Storage.GetUsageAsync();

        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(saved));
    }
}
