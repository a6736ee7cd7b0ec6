using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests clean-up by age, count and bytes: exactly the oldest images are deleted.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class CleanupConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Count = 12;
    private const int Length = 1_000;

    // Image i was created i days ago; images with an even number are in the folder.
    private protected override Task PrepareAsync() => SaveAllAsync(
        Enumerable.Range(0, Count).Select(i => new SaveRequest(Key(i), new MemoryStream(Image(i, Length)), new SaveOptions { CreatedAt = Clock.Now.AddDays(-i) })));

    [Test]
    public Task Cleanup_by_age_deletes_what_is_older() => AssertKeepsAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(4.5) }, kept: 5);

    [Test]
    public Task Cleanup_by_age_keeps_what_is_exactly_as_old() => AssertKeepsAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(4) }, kept: 5);

    [Test]
    public Task Cleanup_by_count_keeps_the_newest() => AssertKeepsAsync(new CleanupOptions { MaxCount = 7 }, kept: 7);

    [Test]
    public Task Cleanup_by_bytes_keeps_the_newest_that_fit() => AssertKeepsAsync(new CleanupOptions { MaxBytes = 3_999 }, kept: 3);

    [Test]
    public Task Cleanup_by_bytes_that_fit_exactly_keeps_them() => AssertKeepsAsync(new CleanupOptions { MaxBytes = 4_000 }, kept: 4);

    [Test]
    public Task Cleanup_by_several_limits_holds_all_of_them() => AssertKeepsAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(8.5), MaxCount = 6, MaxBytes = 100_000 }, kept: 6);

    [Test]
    public Task Cleanup_to_nothing_deletes_all() => AssertKeepsAsync(new CleanupOptions { MaxCount = 0 }, kept: 0);

    [Test]
    public Task Cleanup_that_finds_nothing_deletes_nothing() => AssertKeepsAsync(new CleanupOptions { MaxAge = TimeSpan.FromDays(400), MaxCount = Count, MaxBytes = Count * Length }, kept: Count);

    [Test]
    public Task Cleanup_by_an_age_beyond_all_time_deletes_nothing() => AssertKeepsAsync(new CleanupOptions { MaxAge = TimeSpan.MaxValue }, kept: Count);

    [Test]
    public async Task Cleanup_of_a_folder_leaves_the_others()
    {
        var result = await Storage.CleanupAsync(new CleanupOptions { MaxCount = 2, Prefix = "even/" });

        Assert.That((result.DeletedCount, result.FreedBytes, result.ExaminedCount), Is.EqualTo(((Count / 2) - 2L, ((Count / 2) - 2L) * Length, Count / 2L)));
        Assert.That(await KeysAsync(), Is.EqualTo(Enumerable.Range(0, Count).Where(i => i % 2 == 1 || i <= 2).Select(Key)));
    }

    [Test]
    public async Task Cleanup_as_a_dry_run_counts_and_deletes_nothing()
    {
        var dry = await Storage.CleanupAsync(new CleanupOptions { MaxCount = 5, DryRun = true });
        var kept = await KeysAsync();
        var real = await Storage.CleanupAsync(new CleanupOptions { MaxCount = 5 });

        Assert.That(dry, Is.EqualTo(real with { DryRun = true }));
        Assert.That(kept, Has.Count.EqualTo(Count));
    }

    [Test]
    public async Task Cleanup_twice_finds_nothing_the_second_time()
    {
        await Storage.CleanupAsync(new CleanupOptions { MaxCount = 5 });

        Assert.That((await Storage.CleanupAsync(new CleanupOptions { MaxCount = 5 })).DeletedCount, Is.Zero);
    }

    private async Task AssertKeepsAsync(CleanupOptions options, int kept)
    {
        var result = await Storage.CleanupAsync(options);

        Assert.That((result.DeletedCount, result.FreedBytes, result.SkippedCount, result.DryRun), Is.EqualTo((Count - (long)kept, (Count - (long)kept) * Length, 0L, false)));
        Assert.That(await KeysAsync(), Is.EqualTo(Enumerable.Range(0, kept).Select(Key)));
    }

    private async Task<List<ImageKey>> KeysAsync()
    {
        var keys = new List<ImageKey>();
        await foreach (var info in Storage.EnumerateAsync(new ImageQuery()))
        {
            keys.Add(info.Key);
        }

        return keys;
    }

    private static ImageKey Key(int i) => $"{(i % 2 == 0 ? "even" : "odd")}/{i:00}.png";
}
