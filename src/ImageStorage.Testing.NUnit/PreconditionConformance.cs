using System.Collections.Concurrent;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests preconditions: checked on every write path, atomically with the write, with one winner of any number.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class PreconditionConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const int Racers = 8;
    private const int Rounds = 6;
    private const int Increments = 6;

    [TestCase(300)]
    [TestCase(1_500_000)]
    public async Task Create_only_save_creates_what_is_not_there(int length)
    {
        await using var source = new SourceStream(Image(1, length));

        await Storage.SaveAsync("a.png", source, new SaveOptions { Precondition = IfNoneMatch.Any });

        await AssertHoldsAsync("a.png", Image(1, length));
    }

    // Dropping the condition of a chunked upload is a known mistake, so large images are tested, too.
    [TestCase(300)]
    [TestCase(1_500_000)]
    public async Task Create_only_save_of_what_is_there_changes_nothing(int length)
    {
        await SaveAsync("a.png", 1);
        var before = await StoreSnapshot.TakeAsync(Storage);
        await using var source = new SourceStream(Image(2, length));

        await AssertConflictAsync(() => Storage.SaveAsync("a.png", source, new SaveOptions { Precondition = IfNoneMatch.Any }));

        await before.AssertUnchangedAsync(Storage);
    }

    [TestCase(300)]
    [TestCase(1_500_000)]
    public async Task Save_over_the_expected_version_happens(int length)
    {
        var first = await SaveAsync("a.png", 1);
        await using var source = new SourceStream(Image(2, length));

        var second = await Storage.SaveAsync("a.png", source, new SaveOptions { Precondition = new IfMatch(first.ETag) });

        Assert.That(second.ETag, Is.Not.EqualTo(first.ETag));
        await AssertHoldsAsync("a.png", Image(2, length));
    }

    [TestCase(300)]
    [TestCase(1_500_000)]
    public async Task Save_over_another_version_changes_nothing(int length)
    {
        var stale = await SaveAsync("a.png", 1);
        await SaveAsync("a.png", 2);
        var before = await StoreSnapshot.TakeAsync(Storage);
        await using var source = new SourceStream(Image(3, length));

        await AssertConflictAsync(() => Storage.SaveAsync("a.png", source, new SaveOptions { Precondition = new IfMatch(stale.ETag) }));

        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Save_over_a_version_of_what_is_not_there_creates_nothing()
    {
        await AssertConflictAsync(() => SaveAsync("a.png", 1, new SaveOptions { Precondition = new IfMatch(new ImageETag("gone")) }));

        await AssertMissingAsync("a.png");
    }

    [Test]
    public async Task Save_over_a_version_from_before_a_delete_is_a_conflict()
    {
        var first = await SaveAsync("a.png", 1);
        await Storage.DeleteAsync("a.png");
        await SaveAsync("a.png", 1);

        await AssertConflictAsync(() => SaveAsync("a.png", 2, new SaveOptions { Precondition = new IfMatch(first.ETag) }));
        await AssertHoldsAsync("a.png", Image(1));
    }

    [Test]
    public async Task Put_on_the_provider_honours_the_precondition()
    {
        await SaveAsync("a.png", 1);
        var bytes = Image(2);

        await AssertConflictAsync(() => Provider.PutAsync(PutOf("a.png", bytes) with { Precondition = IfNoneMatch.Any }));
        await AssertConflictAsync(() => Provider.PutAsync(PutOf("a.png", bytes) with { Precondition = new IfMatch(new ImageETag("another")) }));

        await AssertHoldsAsync("a.png", Image(1));
    }

    [Test]
    public async Task Update_of_the_expected_version_happens()
    {
        var first = await SaveAsync("a.png", 1);

        var second = await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"], Precondition = new IfMatch(first.ETag) });

        Assert.That(second.Tags, Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public async Task Update_of_another_version_changes_nothing()
    {
        var stale = await SaveAsync("a.png", 1);
        await Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] });
        var before = await StoreSnapshot.TakeAsync(Storage);

        await AssertConflictAsync(() => Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["y"], Precondition = new IfMatch(stale.ETag) }));

        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Update_of_a_version_of_what_is_not_there_is_a_conflict()
    {
        await AssertConflictAsync(() => Storage.UpdateAsync("a.png", new ImageUpdate { Tags = ["y"], Precondition = new IfMatch(new ImageETag("gone")) }));

        await AssertMissingAsync("a.png");
    }

    [Test]
    public async Task Delete_of_the_expected_version_happens()
    {
        var first = await SaveAsync("a.png", 1);

        Assert.That(await Storage.DeleteAsync("a.png", new DeleteOptions { Precondition = new IfMatch(first.ETag) }), Is.True);
        await AssertMissingAsync("a.png");
    }

    [Test]
    public async Task Delete_of_another_version_changes_nothing()
    {
        var stale = await SaveAsync("a.png", 1);
        await SaveAsync("a.png", 2);
        var before = await StoreSnapshot.TakeAsync(Storage);

        await AssertConflictAsync(() => Storage.DeleteAsync("a.png", new DeleteOptions { Precondition = new IfMatch(stale.ETag) }));

        await before.AssertUnchangedAsync(Storage);
    }

    [Test]
    public async Task Delete_of_a_version_of_what_is_not_there_is_a_conflict() =>
        await AssertConflictAsync(() => Storage.DeleteAsync("a.png", new DeleteOptions { Precondition = new IfMatch(new ImageETag("gone")) }));

    [Test]
    public async Task TryCreate_answers_null_when_the_key_is_taken()
    {
        using var first = new MemoryStream(Image(1));
        using var second = new MemoryStream(Image(2));

        Assert.That(await Storage.TryCreateAsync("a.png", first), Is.Not.Null);
        Assert.That(await Storage.TryCreateAsync("a.png", second), Is.Null);
        await AssertHoldsAsync("a.png", Image(1));
    }

    [Test]
    public Task Creates_that_race_have_one_winner() => AssertOneWinnerAsync(
        startsWithImage: false,
        (_, racer, _) => SaveAsync("race/a.png", racer, new SaveOptions { Precondition = IfNoneMatch.Any }));

    [Test]
    public Task Saves_over_one_version_that_race_have_one_winner() => AssertOneWinnerAsync(
        startsWithImage: true,
        (_, racer, etag) => SaveAsync("race/a.png", racer, new SaveOptions { Precondition = new IfMatch(etag) }));

    [Test]
    public Task Updates_of_one_version_that_race_have_one_winner() => AssertOneWinnerAsync(
        startsWithImage: true,
        (_, racer, etag) => Storage.UpdateAsync("race/a.png", new ImageUpdate { FileName = $"{racer}.png", Precondition = new IfMatch(etag) }));

    [Test]
    public Task Deletes_of_one_version_that_race_have_one_winner() => AssertOneWinnerAsync(
        startsWithImage: true,
        (_, _, etag) => Storage.DeleteAsync("race/a.png", new DeleteOptions { Precondition = new IfMatch(etag) }));

    [Test]
    public Task Writes_of_all_kinds_to_one_version_that_race_have_one_winner() => AssertOneWinnerAsync(
        startsWithImage: true,
        (round, racer, etag) => ((round + racer) % 3) switch
        {
            0 => SaveAsync("race/a.png", racer, new SaveOptions { Precondition = new IfMatch(etag) }),
            1 => Storage.UpdateAsync("race/a.png", new ImageUpdate { FileName = $"{racer}.png", Precondition = new IfMatch(etag) }),
            _ => Storage.DeleteAsync("race/a.png", new DeleteOptions { Precondition = new IfMatch(etag) }),
        });

    [Test]
    public async Task Deletes_without_condition_that_race_find_the_image_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            await SaveAsync("race/a.png", round);
            var found = 0;

            await Threads.RunAsync(Racers, async _ =>
            {
                if (await Storage.DeleteAsync("race/a.png"))
                {
                    Interlocked.Increment(ref found);
                }
            });

            Assert.That(found, Is.EqualTo(1), $"Round {round}");
        }
    }

    [Test]
    public async Task Read_change_write_by_IfMatch_loses_no_update()
    {
        await SaveAsync("counter.png", 1, new SaveOptions { Metadata = new Dictionary<string, string> { ["n"] = "0" } });

        await Threads.RunAsync(Racers, async _ =>
        {
            for (var i = 0; i < Increments; i++)
            {
                await IncrementAsync();
            }
        });

        var info = await Storage.GetInfoAsync("counter.png");
        Assert.That(info!.Metadata["n"], Is.EqualTo($"{Racers * Increments}"));
    }

    private async Task IncrementAsync()
    {
        // Each conflict means that another update was counted, so there cannot be more conflicts than updates.
        for (var attempt = 0; attempt <= Racers * Increments; attempt++)
        {
            var current = await Storage.GetInfoAsync("counter.png");
            var next = int.Parse(current!.Metadata["n"], System.Globalization.CultureInfo.InvariantCulture) + 1;
            try
            {
                await Storage.UpdateAsync("counter.png", new ImageUpdate { Metadata = new Dictionary<string, string> { ["n"] = $"{next}" }, Precondition = new IfMatch(current.ETag) });
                return;
            }
            catch (ImageConflictException)
            {
                // Another writer was faster; the loop tries again.
            }
        }

        Assert.Fail("There were more conflicts than updates.");
    }

    private async Task AssertConflictAsync(Func<Task> call)
    {
        var conflict = await AssertFailsAsync<ImageConflictException>("a.png", call);
        Assert.That((conflict.Provider, conflict.IsTransient), Is.EqualTo((Provider.Name, false)));
        Assert.That(conflict.CurrentETag, Is.EqualTo((await Provider.GetInfoAsync("a.png"))?.ETag), "The conflict names another version than the current one.");
    }

    private async Task AssertOneWinnerAsync(bool startsWithImage, Func<int, int, ImageETag, Task> attempt)
    {
        for (var round = 0; round < Rounds; round++)
        {
            await Storage.DeleteAsync("race/a.png");
            var etag = startsWithImage ? (await SaveAsync("race/a.png", 99)).ETag : default;
            var won = 0;
            var conflicts = new ConcurrentBag<ImageConflictException>();

            await Threads.RunAsync(Racers, async racer =>
            {
                try
                {
                    await attempt(round, racer, etag);
                    Interlocked.Increment(ref won);
                }
                catch (ImageConflictException conflict)
                {
                    conflicts.Add(conflict);
                }
            });

            Assert.That((won, conflicts.Count), Is.EqualTo((1, Racers - 1)), $"Round {round}");
            var current = (await Storage.GetInfoAsync("race/a.png"))?.ETag;
            Assert.That(conflicts.Select(conflict => conflict.CurrentETag), Is.All.EqualTo(current), $"Round {round}");
        }
    }
}
