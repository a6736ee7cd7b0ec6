using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P1 within one process: a provider object that is opened later sees everything that was acknowledged. Kills and
/// power cuts need a harness of their own.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class DurabilityConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private protected override string? ReasonToSkip() => Capabilities.Durable ? null : "The provider does not claim to be durable (ProviderCapabilities.Durable).";

    [TestCase(300)]
    [TestCase(400_000)]
    public async Task Saves_are_present_after_a_restart(int length)
    {
        var saved = await Storage.SaveBytesAsync("a/b.png", Image(1, length), new SaveOptions { FileName = "b.png", Tags = ["t"], Metadata = new Dictionary<string, string> { ["k"] = "v" } });

        await ReopenAsync();

        Assert.That(await Storage.GetInfoAsync("a/b.png"), Is.EqualTo(saved));
        await AssertHoldsAsync("a/b.png", Image(1, length));
    }

    [Test]
    public async Task Overwrites_updates_and_deletes_are_present_after_a_restart()
    {
        await SaveAsync("a.png", 1);
        await SaveAsync("a.png", 2);
        var updated = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] });
        await SaveAsync("b.png", 3);
        await Storage.DeleteAsync("b.png");

        await ReopenAsync();

        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(updated));
        await AssertHoldsAsync("a.png", Image(2));
        await AssertMissingAsync("b.png");
    }

    [Test]
    public async Task Documents_are_present_after_a_restart()
    {
        var etag = await Provider.Documents.PutAsync("c/a", new byte[] { 1, 2, 3 });
        await Provider.Documents.PutAsync("c/b", new byte[] { 4 });
        await Provider.Documents.DeleteAsync("c/b");

        await ReopenAsync();

        var document = await Provider.Documents.GetAsync("c/a");
        Assert.That((document!.ETag, document.Content.Length), Is.EqualTo((etag, 3)));
        Assert.That((await Provider.Documents.ListAsync("c/")).Select(name => name.Value), Is.EqualTo(new[] { "c/a" }));
        Assert.That(await Provider.Documents.PutAsync("c/a", new byte[] { 5 }, etag), Is.Not.EqualTo(etag));
    }

    [Test]
    public async Task All_listings_are_the_same_after_a_restart()
    {
        for (var i = 0; i < 25; i++)
        {
            await SaveAsync($"{i % 4}/{i}.png", i, new SaveOptions { CreatedAt = Clock.Now.AddHours(i * 13 % 25) });
        }

        var before = await StoreSnapshot.TakeAsync(Storage);
        await ReopenAsync();

        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Tokens_are_valid_after_a_restart()
    {
        for (var i = 0; i < 10; i++)
        {
            await SaveAsync($"{i}.png", i, new SaveOptions { CreatedAt = Clock.Now.AddHours(i) });
        }

        var all = (await Storage.ListAsync(new ImageQuery())).Items;
        var first = await Storage.ListAsync(new ImageQuery { Limit = 4 });
        await ReopenAsync();
        var rest = await Storage.ListAsync(new ImageQuery { ContinuationToken = first.ContinuationToken });

        Assert.That(first.Items.Concat(rest.Items), Is.EqualTo(all));
    }

    [Test]
    public async Task Versions_are_valid_after_a_restart()
    {
        var saved = await SaveAsync("a.png", 1);
        await ReopenAsync();

        var second = await SaveAsync("a.png", 2, new SaveOptions { Precondition = new IfMatch(saved.ETag) });

        Assert.That(second.CreatedAt, Is.EqualTo(saved.CreatedAt));
        Assert.That(second.ModifiedAt, Is.GreaterThan(saved.ModifiedAt));
        Assert.That(await CaughtAsync(() => SaveAsync("a.png", 3, new SaveOptions { Precondition = IfNoneMatch.Any })), Is.TypeOf<ImageConflictException>());
    }

    [Test]
    public async Task Failed_saves_leave_nothing_after_a_restart()
    {
        await SaveAsync("a.png", 1);
        foreach (var key in new[] { "a.png", "b.png" })
        {
            await using var source = new SourceStream(Image(2, 300_000)) { HappensAt = 280_000, Happens = () => throw new IOException("Gone.") };
            await CaughtAsync(() => Storage.SaveAsync(key, source));
        }

        await ReopenAsync();

        await AssertHoldsAsync("a.png", Image(1));
        await AssertMissingAsync("b.png");
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Opening_again_and_again_changes_nothing()
    {
        await SaveAsync("a.png", 1);
        var before = await StoreSnapshot.TakeAsync(Storage);
        for (var i = 0; i < 5; i++)
        {
            await ReopenAsync();
            await before.AssertUnchangedAsync(Storage);
        }
    }
}
