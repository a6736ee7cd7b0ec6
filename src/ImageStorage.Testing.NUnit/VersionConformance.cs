using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests the ability <see cref="IVersionKeeper"/>: a retained version is invisible, and is restored byte for byte with its record. Skipped for providers without the ability.</summary>
public abstract class VersionConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private IVersionKeeper Keeper => Provider.GetAbility<IVersionKeeper>()!;

    private protected override string? ReasonToSkip() => Provider.GetAbility<IVersionKeeper>() is null ? $"{Provider.Name} does not retain versions." : null;

    // Some providers store small and large images differently.
    [TestCase(300)]
    [TestCase(700_000)]
    public async Task Version_that_was_overwritten_comes_back_as_it_was(int length)
    {
        var before = await Storage.SaveBytesAsync("a.png", Image(1, length), new SaveOptions { Tags = ["one"], FileName = "a.png", CreatedAt = Clock.Now.AddDays(-1) });
        Assert.That(await Keeper.RetainAsync("v1", "a.png", before.ETag), Is.True);
        Clock.Advance(TimeSpan.FromMinutes(1));
        var after = await SaveAsync("a.png", 2, new SaveOptions { CreatedAt = Clock.Now });

        Assert.That(await Keeper.RestoreAsync("v1", "a.png", after.ETag), Is.True);

        await AssertIsBackAsync(before, Image(1, length));
    }

    [TestCase(300)]
    [TestCase(700_000)]
    public async Task Version_that_was_deleted_comes_back_as_it_was(int length)
    {
        var before = await Storage.SaveBytesAsync("folder/a.png", Image(1, length), new SaveOptions { Tags = ["one"] });
        Assert.That(await Keeper.RetainAsync("v1", "folder/a.png", before.ETag), Is.True);
        await Storage.DeleteAsync("folder/a.png");
        await AssertMissingAsync("folder/a.png");

        Assert.That(await Keeper.RestoreAsync("v1", "folder/a.png", null), Is.True);

        await AssertIsBackAsync(before, Image(1, length));
    }

    [Test]
    public async Task Version_that_was_updated_comes_back_as_it_was()
    {
        var before = await SaveAsync("a.png", 1, new SaveOptions { Tags = ["one"] });
        await Keeper.RetainAsync("v1", "a.png", before.ETag);
        var after = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["two"] });

        await Keeper.RestoreAsync("v1", "a.png", after.ETag);

        await AssertIsBackAsync(before, Image(1));
    }

    [Test]
    public async Task Retained_version_is_in_no_listing_and_no_usage()
    {
        var info = await SaveAsync("a.png", 1);
        var usage = await Storage.GetUsageAsync();

        await Keeper.RetainAsync("v1", "a.png", info.ETag);
        await Keeper.RetainAsync("v2", "a.png", info.ETag);

        await AssertListedAloneAsync(info);
        Assert.That((await Storage.GetUsageAsync()) is { } now && now.Count == usage.Count && now.Bytes == usage.Bytes, Is.True);
        await Storage.DeleteAsync("a.png");
        Assert.That((await Storage.ListAsync(new ImageQuery())).Items, Is.Empty);
        Assert.That((await Storage.GetUsageAsync()).Bytes, Is.Zero);
    }

    [Test]
    public async Task Version_that_is_not_there_any_more_is_not_kept()
    {
        var first = await SaveAsync("a.png", 1);
        await SaveAsync("a.png", 2);

        Assert.That(await Keeper.RetainAsync("v1", "a.png", first.ETag), Is.False);
        Assert.That(await Keeper.RetainAsync("v1", "missing.png", first.ETag), Is.False);
        Assert.That(await Keeper.ListRetainedAsync(), Is.Empty);
    }

    [Test]
    public async Task Restore_over_another_version_than_was_named_is_a_conflict_and_changes_nothing()
    {
        var first = await SaveAsync("a.png", 1);
        await Keeper.RetainAsync("v1", "a.png", first.ETag);
        var second = await SaveAsync("a.png", 2);
        var third = await SaveAsync("a.png", 3);

        var conflict = await AssertFailsAsync<ImageConflictException>("a.png", () => Keeper.RestoreAsync("v1", "a.png", second.ETag));
        Assert.That(conflict.CurrentETag, Is.EqualTo(third.ETag));
        await AssertFailsAsync<ImageConflictException>("a.png", () => Keeper.RestoreAsync("v1", "a.png", null));
        await AssertHoldsAsync("a.png", Image(3));
        await Storage.DeleteAsync("a.png");
        await AssertFailsAsync<ImageConflictException>("a.png", () => Keeper.RestoreAsync("v1", "a.png", third.ETag));
        await AssertMissingAsync("a.png");
    }

    // The answer of the first attempt may have been lost.
    [Test]
    public async Task Restore_that_has_happened_succeeds_again([Values(300, 700_000)] int length, [Values] bool overDeleted)
    {
        var before = await Storage.SaveBytesAsync("a.png", Image(1, length), new SaveOptions { Tags = ["one"] });
        await Keeper.RetainAsync("v1", "a.png", before.ETag);
        Clock.Advance(TimeSpan.FromMinutes(1));
        ImageETag? replaces = null;
        if (overDeleted)
        {
            await Storage.DeleteAsync("a.png");
        }
        else
        {
            replaces = (await SaveAsync("a.png", 2, new SaveOptions { CreatedAt = Clock.Now })).ETag;
        }

        Assert.That(await Keeper.RestoreAsync("v1", "a.png", replaces), Is.True);
        Assert.That(await Keeper.RestoreAsync("v1", "a.png", replaces), Is.True);

        await AssertIsBackAsync(before, Image(1, length));
        await AssertReadsAsync("v1", before, Image(1, length));
        var third = await SaveAsync("a.png", 3);
        var conflict = await AssertFailsAsync<ImageConflictException>("a.png", () => Keeper.RestoreAsync("v1", "a.png", replaces));
        Assert.That(conflict.CurrentETag, Is.EqualTo(third.ETag));
        await AssertHoldsAsync("a.png", Image(3));
    }

    [Test]
    public async Task Restore_of_what_is_not_kept_answers_false_and_changes_nothing()
    {
        var info = await SaveAsync("a.png", 1);

        Assert.That(await Keeper.RestoreAsync("v1", "a.png", info.ETag), Is.False);
        await AssertHoldsAsync("a.png", Image(1));
    }

    [Test]
    public async Task Keeping_twice_and_restoring_twice_is_like_once()
    {
        var before = await SaveAsync("a.png", 1);
        Assert.That(await Keeper.RetainAsync("v1", "a.png", before.ETag), Is.True);
        Assert.That(await Keeper.RetainAsync("v1", "a.png", before.ETag), Is.True);
        var second = await SaveAsync("a.png", 2);
        await Keeper.RestoreAsync("v1", "a.png", second.ETag);
        var third = await SaveAsync("a.png", 3);

        Assert.That(await Keeper.RestoreAsync("v1", "a.png", third.ETag), Is.True);

        await AssertIsBackAsync(before, Image(1));
    }

    [Test]
    public async Task Dropped_version_is_gone_and_the_image_stays()
    {
        var info = await SaveAsync("a.png", 1);
        await Keeper.RetainAsync("v1", "a.png", info.ETag);

        Assert.That(await Keeper.DropAsync("v1"), Is.True);
        Assert.That(await Keeper.DropAsync("v1"), Is.False);
        Assert.That(await Keeper.RestoreAsync("v1", "a.png", info.ETag), Is.False);
        await AssertIsBackAsync(info, Image(1));
    }

    [Test]
    public async Task Retained_versions_are_listed_in_order_and_by_pages()
    {
        var info = await SaveAsync("a.png", 1);
        foreach (var id in (string[])["b-2", "a-1", "c-3"])
        {
            await Keeper.RetainAsync(id, "a.png", info.ETag);
        }

        Assert.That(await Keeper.ListRetainedAsync(), Is.EqualTo(new[] { "a-1", "b-2", "c-3" }));
        Assert.That(await Keeper.ListRetainedAsync(limit: 2), Is.EqualTo(new[] { "a-1", "b-2" }));
        Assert.That(await Keeper.ListRetainedAsync("a-1"), Is.EqualTo(new[] { "b-2", "c-3" }));
    }

    [Test]
    public async Task Retained_version_survives_the_process()
    {
        if (!Capabilities.Durable)
        {
            Assert.Ignore($"{Provider.Name} does not survive its process.");
        }

        var before = await SaveAsync("a.png", 1);
        await Keeper.RetainAsync("v1", "a.png", before.ETag);
        var after = await SaveAsync("a.png", 2);
        await ReopenAsync();

        Assert.That(await Keeper.RestoreAsync("v1", "a.png", after.ETag), Is.True);

        await AssertIsBackAsync(before, Image(1));
    }

    [TestCase(300)]
    [TestCase(700_000)]
    public async Task Retained_version_is_read_whatever_happens_to_its_image(int length)
    {
        var before = await Storage.SaveBytesAsync("folder/a.png", Image(1, length), new SaveOptions { Tags = ["one"], FileName = "a.png", CreatedAt = Clock.Now.AddDays(-1) });
        await Keeper.RetainAsync("v1", "folder/a.png", before.ETag);
        await AssertReadsAsync("v1", before, Image(1, length));

        await Storage.UpdateAsync("folder/a.png", new ImageUpdate { Tags = ["two"] });
        await AssertReadsAsync("v1", before, Image(1, length));
        await SaveAsync("folder/a.png", 2);
        await AssertReadsAsync("v1", before, Image(1, length));
        await Storage.DeleteAsync("folder/a.png");
        await AssertReadsAsync("v1", before, Image(1, length));
        await SaveAsync("folder/a.png", 3);
        await Keeper.RestoreAsync("v1", "folder/a.png", (await Storage.GetInfoAsync("folder/a.png"))!.ETag);
        await AssertReadsAsync("v1", before, Image(1, length));
    }

    [Test]
    public async Task Restored_version_survives_the_drop_and_the_other_version_under_another_id()
    {
        var first = await SaveAsync("a.png", 1);
        await Keeper.RetainAsync("v1", "a.png", first.ETag);
        await Keeper.RetainAsync("v2", "a.png", first.ETag);
        await Storage.DeleteAsync("a.png");
        await Keeper.RestoreAsync("v1", "a.png", null);

        await Keeper.DropAsync("v1");

        await AssertIsBackAsync(first, Image(1));
        await Storage.DeleteAsync("a.png");
        await AssertReadsAsync("v2", first, Image(1));
        await Keeper.DropAsync("v2");
        Assert.That(await Keeper.ListRetainedAsync(), Is.Empty);
        await AssertSoundAsync(Provider);
    }

    [TestCase(300)]
    [TestCase(700_000)]
    public async Task Verification_reads_every_retained_version(int length)
    {
        var verifiable = Verifiable();
        var first = await Storage.SaveBytesAsync("a.png", Image(1, length));
        await Keeper.RetainAsync("v1", "a.png", first.ETag);
        await Storage.DeleteAsync("a.png");

        var items = await verifiable.VerifyAsync().Where(item => item.Kind == VerificationKind.RetainedVersion).ToListAsync();

        Assert.That(items.Select(item => (item.Name, item.Status)).Distinct(), Is.EqualTo(new[] { ("v1", VerificationStatus.Sound) }));
        Assert.That(items.Select(item => item.Bytes), Is.All.EqualTo(length));
        Assert.That(await verifiable.VerifyAsync(new VerificationOptions { Prefix = "a" }).ToListAsync(), Is.Empty);
    }

    [Test]
    public async Task Record_and_bytes_of_what_is_not_retained_are_null()
    {
        await SaveAsync("a.png", 1);

        Assert.That(await Keeper.GetRetainedAsync("v1"), Is.Null);
        Assert.That(await Keeper.OpenRetainedAsync("v1"), Is.Null);
    }

    [TestCase(300)]
    [TestCase(700_000)]
    public async Task Range_and_expected_version_of_a_retained_version_apply(int length)
    {
        var before = await Storage.SaveBytesAsync("a.png", Image(1, length));
        await Keeper.RetainAsync("v1", "a.png", before.ETag);
        var after = await SaveAsync("a.png", 2);

        await using (var part = await Keeper.OpenRetainedAsync("v1", new GetOptions { Range = new ByteRange(100, 50), IfMatch = before.ETag }))
        {
            Assert.That(await BytesOfAsync(part!), Is.EqualTo(Image(1, length)[100..150]));
        }

        await AssertFailsAsync<ImageConflictException>("a.png", () => Keeper.OpenRetainedAsync("v1", new GetOptions { IfMatch = after.ETag }));
    }

    [Test]
    public async Task Open_stream_of_a_retained_version_survives_the_drop()
    {
        var before = await Storage.SaveBytesAsync("a.png", Image(1, 700_000));
        await Keeper.RetainAsync("v1", "a.png", before.ETag);
        await Storage.DeleteAsync("a.png");
        await using var image = await Keeper.OpenRetainedAsync("v1");

        await Keeper.DropAsync("v1");

        Assert.That(await BytesOfAsync(image!), Is.EqualTo(Image(1, 700_000)));
    }

    [TestCase("")]
    [TestCase("A")]
    [TestCase("a/b")]
    [TestCase("..")]
    public void Id_that_breaks_a_rule_is_refused(string id) =>
        Assert.That(() => Keeper.DropAsync(id), Throws.TypeOf<ArgumentException>());

    private async Task AssertReadsAsync(string id, ImageInfo expected, byte[] bytes)
    {
        Assert.That(await Keeper.GetRetainedAsync(id), Is.EqualTo(expected));
        await using var image = await Keeper.OpenRetainedAsync(id);
        Assert.That(image!.Info, Is.EqualTo(expected));
        Assert.That(await BytesOfAsync(image), Is.EqualTo(bytes));
    }

    private static async Task<byte[]> BytesOfAsync(StoredImage image)
    {
        using var bytes = new MemoryStream();
        await image.Content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task AssertIsBackAsync(ImageInfo before, byte[] image)
    {
        Assert.That(await Storage.GetInfoAsync(before.Key), Is.EqualTo(before));
        await AssertHoldsAsync(before.Key, image);
        await AssertListedAloneAsync(before);
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(1));
    }

    private async Task AssertListedAloneAsync(ImageInfo info)
    {
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order })).Items, Is.EqualTo(new[] { info }), $"{order}");
        }
    }
}
