using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests usage: exactly the images and their bytes, after any operations.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class UsageConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    [Test]
    public Task Usage_of_an_empty_store_is_nothing() => AssertUsageAsync(0, 0);

    [Test]
    public async Task Usage_follows_saves_overwrites_updates_and_deletes()
    {
        await Storage.SaveBytesAsync("a.png", Image(1, 1_000));
        await AssertUsageAsync(1, 1_000);
        await Storage.SaveBytesAsync("b/c.png", Image(2, 200_000));
        await AssertUsageAsync(2, 201_000);
        await Storage.SaveBytesAsync("a.png", Image(3, 500));
        await AssertUsageAsync(2, 200_500);
        await Storage.UpdateAsync("b/c.png", new ImageUpdate { Metadata = new Dictionary<string, string> { ["long"] = new('x', 1_000) } });
        await AssertUsageAsync(2, 200_500);
        await Storage.DeleteAsync("b/c.png");
        await AssertUsageAsync(1, 500);
        await Storage.DeleteAsync("b/c.png");
        await Storage.DeleteAsync("a.png");
        await AssertUsageAsync(0, 0);
    }

    [Test]
    public async Task Usage_does_not_count_documents()
    {
        await Provider.Documents.PutAsync("c/a", new byte[5_000]);

        await AssertUsageAsync(0, 0);
    }

    [Test]
    public async Task Usage_does_not_count_what_failed()
    {
        for (var i = 0; i < 5; i++)
        {
            await using var source = new SourceStream(Image(i, 300_000)) { HappensAt = 250_000, Happens = () => throw new IOException("Gone.") };
            await CaughtAsync(() => Storage.SaveAsync($"{i}.png", source));
        }

        await AssertUsageAsync(0, 0);
    }

    [Test]
    public async Task Usage_counts_many_in_many_folders()
    {
        long bytes = 0;
        for (var i = 0; i < 60; i++)
        {
            bytes += (await SaveAsync($"{i % 7}/{i % 3}/{i}.png", i)).Length;
        }

        await AssertUsageAsync(60, bytes);
    }

    [Test]
    public async Task Available_bytes_are_unknown_or_not_negative() =>
        Assert.That((await Storage.GetUsageAsync()).AvailableBytes, Is.Null.Or.GreaterThanOrEqualTo(0));

    [Test]
    public async Task Available_bytes_are_told_without_counting()
    {
        await SaveAsync("a.png", 1);
        var usage = await Storage.GetUsageAsync();

        var available = Provider.GetAbility<IStorageSpace>() is { } space ? await space.GetAvailableBytesAsync() : null;

        Assert.That(available, Is.Null.Or.GreaterThanOrEqualTo(0));
        Assert.That(available is null && usage.AvailableBytes is not null, Is.False, "The usage tells the free space, so the ability must tell it, too.");
    }

    private async Task AssertUsageAsync(long count, long bytes)
    {
        var usage = await Storage.GetUsageAsync();
        Assert.That((usage.Count, usage.Bytes, usage.StoredBytes), Is.EqualTo((count, bytes, bytes)));
    }
}
