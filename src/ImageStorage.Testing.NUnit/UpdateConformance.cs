using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests updates: the record changes atomically into a new version, and the bytes stay.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract partial class UpdateConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private static readonly Dictionary<string, string> Metadata = new() { ["album"] = "Rome", ["by"] = "Ada" };
    private ImageInfo _saved = null!;

    private protected override async Task PrepareAsync() =>
        _saved = await SaveAsync("a.png", 1, new SaveOptions { FileName = "old.png", Metadata = Metadata, Tags = ["one", "two"] });

    [Test]
    public Task Update_of_the_file_name_keeps_the_rest() => AssertUpdatedAsync(
        new ImageUpdate { FileName = "new.png" }, _saved with { FileName = "new.png" });

    [Test]
    public Task Update_with_an_empty_file_name_removes_it() => AssertUpdatedAsync(
        new ImageUpdate { FileName = string.Empty }, _saved with { FileName = null });

    [Test]
    public Task Update_of_the_metadata_replaces_all_of_it_and_keeps_the_rest() => AssertUpdatedAsync(
        new ImageUpdate { Metadata = new Dictionary<string, string> { ["new"] = "1" } }, _saved with { Metadata = _saved.Metadata.Clear().Add("new", "1") });

    [Test]
    public Task Update_with_empty_metadata_removes_it() => AssertUpdatedAsync(
        new ImageUpdate { Metadata = new Dictionary<string, string>() }, _saved with { Metadata = _saved.Metadata.Clear() });

    [Test]
    public Task Update_of_the_tags_replaces_all_of_them_distinct_and_in_order() => AssertUpdatedAsync(
        new ImageUpdate { Tags = ["b", "a", "b", "B"] }, _saved with { Tags = ["B", "a", "b"] });

    [Test]
    public Task Update_with_empty_tags_removes_them() => AssertUpdatedAsync(
        new ImageUpdate { Tags = [] }, _saved with { Tags = [] });

    [Test]
    public Task Update_of_all_at_once_happens_at_once() => AssertUpdatedAsync(
        new ImageUpdate { FileName = "x.png", Metadata = new Dictionary<string, string>(), Tags = ["t"] }, _saved with { FileName = "x.png", Metadata = _saved.Metadata.Clear(), Tags = ["t"] });

    [Test]
    public Task Update_of_nothing_is_a_new_version_of_the_same() => AssertUpdatedAsync(new ImageUpdate(), _saved);

    [TestCase(100_000)]
    [TestCase(3_000_000)]
    public async Task Update_of_a_large_image_keeps_its_bytes(int length)
    {
        await Storage.SaveBytesAsync("large.png", Image(2, length));

        await Storage.UpdateAsync("large.png", new ImageUpdate { Tags = ["kept"] });

        await AssertHoldsAsync("large.png", Image(2, length));
        await using var part = await Storage.GetAsync("large.png", new GetOptions { Range = ByteRange.Last(10) });
        Assert.That(part!.Info.Tags, Is.EqualTo(new[] { "kept" }));
    }

    [Test]
    public async Task Update_many_times_keeps_the_last()
    {
        for (var i = 0; i < 20; i++)
        {
            await Storage.UpdateAsync("a.png", new ImageUpdate { FileName = $"{i}.png", Metadata = new Dictionary<string, string> { ["text"] = new string('x', i * 150) } });
        }

        var info = await Storage.GetInfoAsync("a.png");
        Assert.That((info!.FileName, info.Metadata["text"].Length), Is.EqualTo(("19.png", 2_850)));
        await AssertHoldsAsync("a.png", Image(1));
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Update_shows_in_every_listing()
    {
        var updated = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["fresh"] });

        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order })).Items, Is.EqualTo(new[] { updated }));
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order, Tag = "fresh" })).Items, Is.EqualTo(new[] { updated }));
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order, Tag = "one" })).Items, Is.Empty);
        }
    }

    [Test]
    public async Task Update_of_what_is_not_there_throws_not_found_and_makes_nothing()
    {
        await AssertFailsAsync<ImageNotFoundException>("missing.png", () => Storage.UpdateAsync("missing.png", new ImageUpdate { Tags = ["x"] }));

        await AssertMissingAsync("missing.png");
    }

    [Test]
    public async Task Update_on_the_provider_answers_null_for_what_is_not_there() =>
        Assert.That(await Provider.UpdateAsync("missing.png", new RecordUpdate { Tags = ["x"] }), Is.Null);

    [TestCase("path/name.png", "path")]
    [TestCase("new\nline.png", "control characters")]
    [TestCase("..", "path")]
    public async Task Update_with_a_bad_file_name_is_refused_and_changes_nothing(string fileName, string rule)
    {
        var failure = await AssertFailsAsync<ImageValidationException>("a.png", () => Storage.UpdateAsync("a.png", new ImageUpdate { FileName = fileName }));

        Assert.That(failure.Message, Does.Contain(rule));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(_saved));
    }

    // The limit applies to the complete record, so unchanged values count as well as new values.
    [Test]
    public async Task Update_that_makes_the_record_too_large_is_refused_and_changes_nothing()
    {
        var value = new string('v', Capabilities.MaxMetadataBytes - 5);

        await AssertFailsAsync<ImageValidationException>("a.png", () => Storage.UpdateAsync("a.png", new ImageUpdate { Metadata = new Dictionary<string, string> { ["k"] = value } }));

        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(_saved));
    }

    private async Task AssertUpdatedAsync(ImageUpdate update, ImageInfo expected)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));

        var updated = await Storage.UpdateAsync("a.png", update);

        Assert.That(updated, Is.EqualTo(expected with { ETag = updated.ETag, ModifiedAt = Clock.Now }));
        Assert.That(updated.ETag, Is.Not.EqualTo(_saved.ETag));
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(updated));
        await using var image = await Storage.GetAsync("a.png");
        Assert.That(image!.Info, Is.EqualTo(updated));
        await AssertHoldsAsync("a.png", Image(1));
    }
}
