using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests deletes: idempotent, complete, and of exactly one image.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class DeleteConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    [Test]
    public async Task Delete_answers_whether_an_image_was_there()
    {
        await SaveAsync("a.png");

        Assert.That(await Storage.DeleteAsync("a.png"), Is.True);
        Assert.That(await Storage.DeleteAsync("a.png"), Is.False);
        Assert.That(await Storage.DeleteAsync("never/was/there.png"), Is.False);
    }

    [Test]
    public async Task Delete_removes_the_image_from_all_that_shows_it()
    {
        await SaveAsync("a.png", 1, new SaveOptions { Tags = ["t"] });

        await Storage.DeleteAsync("a.png");

        await AssertMissingAsync("a.png");
        Assert.That((await Storage.GetUsageAsync()) is { Count: 0, Bytes: 0 }, Is.True);
        foreach (var order in Enum.GetValues<ImageOrder>())
        {
            Assert.That((await Storage.ListAsync(new ImageQuery { Order = order })).Items, Is.Empty);
        }
    }

    [TestCase("img/1", "img/10.jpg")]
    [TestCase("img/1", "img/1/a.jpg")]
    [TestCase("img", "img/1")]
    [TestCase("img/1/2", "img/1")]
    [TestCase("img/1.jpg", "img/1.jpeg")]
    [TestCase("Img/1.jpg", "img/1.jpg")]
    [TestCase("img/%31.jpg", "img/1.jpg")]
    public async Task Delete_leaves_the_neighbours(string key, string neighbour)
    {
        await SaveAsync(key, 1);
        await SaveAsync(neighbour, 2);

        Assert.That(await Storage.DeleteAsync(key), Is.True);

        await AssertMissingAsync(key);
        await AssertHoldsAsync(neighbour, Image(2));
    }

    [Test]
    public async Task Delete_of_a_folder_deletes_nothing()
    {
        await SaveAsync("a/b/c.png");

        Assert.That(await Storage.DeleteAsync("a/b"), Is.False);
        Assert.That(await Storage.DeleteAsync("a"), Is.False);

        await AssertHoldsAsync("a/b/c.png", Image(0));
    }

    [Test]
    public async Task Save_after_delete_starts_afresh()
    {
        await SaveAsync("a.png", 1, new SaveOptions { FileName = "old.png", Tags = ["old"], Metadata = new Dictionary<string, string> { ["old"] = "1" } });
        await Storage.DeleteAsync("a.png");

        var info = await SaveAsync("a.png", 2);

        Assert.That((info.FileName, info.Tags.Length, info.Metadata.Count), Is.EqualTo((default(string), 0, 0)));
        await AssertHoldsAsync("a.png", Image(2));
    }

    // A name changes from a folder to an image and back: stores with real folders must handle both.
    [Test]
    public async Task A_key_may_become_a_folder_and_a_folder_a_key()
    {
        for (var i = 0; i < 3; i++)
        {
            await SaveAsync("a/b", i);
            await Storage.DeleteAsync("a/b");
            await SaveAsync("a/b/c", i + 10);
            await AssertHoldsAsync("a/b/c", Image(i + 10));
            await Storage.DeleteAsync("a/b/c");
            await SaveAsync("a", i + 20);
            await AssertHoldsAsync("a", Image(i + 20));
            await Storage.DeleteAsync("a");
        }

        Assert.That((await Storage.GetUsageAsync()).Count, Is.Zero);
    }

    [Test]
    public async Task Delete_of_all_leaves_an_empty_store_that_works()
    {
        for (var i = 0; i < 30; i++)
        {
            await SaveAsync($"d{i % 3}/e{i % 5}/{i}.png", i);
        }

        await foreach (var info in Storage.EnumerateAsync(new ImageQuery { Order = ImageOrder.KeyAscending, Limit = 7 }))
        {
            Assert.That(await Storage.DeleteAsync(info.Key), Is.True);
        }

        Assert.That((await Storage.GetUsageAsync()) is { Count: 0, Bytes: 0 }, Is.True);
        await SaveAsync("d0/e0/0.png", 7);
        await AssertHoldsAsync("d0/e0/0.png", Image(7));
    }

    [Test]
    public async Task Delete_of_an_overwritten_image_leaves_no_older_version()
    {
        await SaveAsync("a.png", 1);
        await SaveAsync("a.png", 2);
        await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] });

        await Storage.DeleteAsync("a.png");

        await AssertMissingAsync("a.png");
        Assert.That((await Storage.ListAsync(new ImageQuery())).Items, Is.Empty);
    }

    [Test]
    public async Task Delete_leaves_the_documents()
    {
        await Provider.Documents.PutAsync("things/a.png", new byte[] { 1 });
        await SaveAsync("things/a.png");

        await Storage.DeleteAsync("things/a.png");

        Assert.That(await Provider.Documents.GetAsync("things/a.png"), Is.Not.Null);
    }
}
