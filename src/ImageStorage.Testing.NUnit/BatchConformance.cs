using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>Tests batches: each item has a result, in order, and an item that fails does not stop the others.</summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class BatchConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    [TestCase(1)]
    [TestCase(8)]
    [TestCase(256)]
    public async Task SaveMany_saves_all_and_answers_in_order(int concurrency)
    {
        var requests = Enumerable.Range(0, 40).Select(i => new SaveRequest($"b/{i}.png", new MemoryStream(Image(i)), new SaveOptions { Tags = [$"{i}"] }));

        var results = await Storage.SaveManyAsync(requests, new BatchOptions { MaxConcurrency = concurrency });

        Assert.That(results.Select(result => result.Key), Is.EqualTo(Enumerable.Range(0, 40).Select(i => (ImageKey)$"b/{i}.png")));
        Assert.That(results, Has.All.Property(nameof(SaveResult.Succeeded)).True);
        for (var i = 0; i < 40; i++)
        {
            Assert.That(results[i].Info, Is.EqualTo(await Storage.GetInfoAsync($"b/{i}.png")));
            await AssertHoldsAsync($"b/{i}.png", Image(i));
        }
    }

    [Test]
    public async Task SaveMany_reports_each_failure_at_its_place()
    {
        await SaveAsync("taken.png", 9);
        var results = await Storage.SaveManyAsync(
        [
            new SaveRequest("good.png", new MemoryStream(Image(1))),
            new SaveRequest("text.png", new MemoryStream("no image"u8.ToArray())),
            new SaveRequest("taken.png", new MemoryStream(Image(2)), new SaveOptions { Precondition = IfNoneMatch.Any }),
            new SaveRequest("broken.png", new SourceStream(Image(3, 300_000)) { HappensAt = 200_000, Happens = () => throw new IOException("Gone.") }),
            new SaveRequest("unopened.png", _ => throw new FileNotFoundException("No such file.")),
            new SaveRequest("also-good.png", _ => ValueTask.FromResult<Stream>(new MemoryStream(Image(4)))),
        ]);

        Assert.That(results.Select(result => result.Error?.GetType()), Is.EqualTo(new[] { null, typeof(ImageValidationException), typeof(ImageConflictException), typeof(ImageSourceException), typeof(FileNotFoundException), null }));
        Assert.That(results.Select(result => result.Info is not null), Is.EqualTo(results.Select(result => result.Succeeded)));
        await AssertHoldsAsync("good.png", Image(1));
        await AssertHoldsAsync("also-good.png", Image(4));
        await AssertHoldsAsync("taken.png", Image(9));
        await AssertMissingAsync("text.png");
        await AssertMissingAsync("broken.png");
        await AssertMissingAsync("unopened.png");
    }

    [Test]
    public async Task SaveMany_of_one_key_twice_keeps_one_of_them_whole()
    {
        var results = await Storage.SaveManyAsync(Enumerable.Range(0, 8).Select(i => new SaveRequest("same.png", new MemoryStream(Image(i, 5_000 + i)))));

        Assert.That(results, Has.All.Property(nameof(SaveResult.Succeeded)).True);
        var info = await Storage.GetInfoAsync("same.png");
        Assert.That(results.Select(result => result.Info), Does.Contain(info));
        await AssertHoldsAsync("same.png", Image((int)info!.Length - 5_000, (int)info.Length));
    }

    [Test]
    public async Task DeleteMany_deletes_all_and_tells_which_were_there()
    {
        await SaveAsync("a.png", 1);
        await SaveAsync("c.png", 2);
        await SaveAsync("stays.png", 3);

        var results = await Storage.DeleteManyAsync(["a.png", "b.png", "c.png", default]);

        Assert.That(results.Take(3), Is.EqualTo(new[] { new DeleteResult { Key = "a.png", Existed = true }, new DeleteResult { Key = "b.png", Existed = false }, new DeleteResult { Key = "c.png", Existed = true } }));
        Assert.That((results[3].Succeeded, results[3].Error), Is.EqualTo((false, results[3].Error as ImageValidationException)));
        await AssertMissingAsync("a.png");
        await AssertHoldsAsync("stays.png", Image(3));
    }

    [Test]
    public async Task Batches_of_nothing_answer_nothing()
    {
        Assert.That(await Storage.SaveManyAsync([]), Is.Empty);
        Assert.That(await Storage.DeleteManyAsync([]), Is.Empty);
    }

    [Test]
    public async Task SaveMany_cancelled_midway_is_cancelled_and_leaves_whole_images()
    {
        using var cancellation = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 20).Select(i => new SaveRequest($"{i}.png", async token =>
        {
            if (i == 10)
            {
                await cancellation.CancelAsync();
            }
            else if (i > 10)
            {
                // A save next to the tenth may begin before the cancellation arrives; such a save does not complete.
                await new TaskCompletionSource().Task.WaitAsync(token);
            }

            return new MemoryStream(Image(i, 20_000));
        }));

        Assert.That(await CaughtAsync(() => Storage.SaveManyAsync(requests, new BatchOptions { MaxConcurrency = 2 }, cancellation.Token)), Is.InstanceOf<OperationCanceledException>());

        for (var i = 0; i < 20; i++)
        {
            if (await Storage.ExistsAsync($"{i}.png"))
            {
                await AssertHoldsAsync($"{i}.png", Image(i, 20_000));
            }
        }

        await AssertMissingAsync("19.png");
    }
}
