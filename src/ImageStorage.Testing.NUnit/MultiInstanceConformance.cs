using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests P9: two provider objects over one store, like two processes, keep every promise. A provider that does not
/// allow this refuses the second opening.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class MultiInstanceConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private IImageProvider _otherProvider = null!;
    private ImageStorageManager _other = null!;

    private protected override string? ReasonToSkip() =>
        Capabilities is { MultiProcess: false, Durable: false } ? "The provider's store ends with its object (neither Durable nor MultiProcess)." : null;

    private protected override async Task PrepareAsync()
    {
        if (Capabilities.MultiProcess)
        {
            _otherProvider = await OpenAnotherAsync();
            _other = StorageOver(_otherProvider);
        }
    }

    [Test]
    public async Task A_second_object_opens_or_is_refused_with_a_clear_error()
    {
        if (Capabilities.MultiProcess)
        {
            await _otherProvider.CheckAsync();
            return;
        }

        var failure = await CaughtAsync(OpenAnotherAsync);
        Assert.That(failure, Is.InstanceOf<ImageStorageException>());
        AssertGivesNothingAway(failure!.Message);
        await SaveAsync("still-works.png");
    }

    [Test, Description("Several processes at once may be the first to use a new store.")]
    public async Task First_calls_of_several_objects_on_a_new_store_that_come_together_all_succeed()
    {
        RequireMultiProcess();
        const int Calls = 200;
        var others = new[] { Storage, _other, StorageOver(await OpenAnotherAsync()), StorageOver(await OpenAnotherAsync()) };

        await Task.WhenAll(Enumerable.Range(0, Calls).Select(i => others[i % others.Length].SaveBytesAsync($"{i}.png", Image(i))).ToList());

        foreach (var storage in others)
        {
            Assert.That((await storage.GetUsageAsync()).Count, Is.EqualTo(Calls));
            Assert.That((await storage.ListAsync(new ImageQuery { Limit = Calls })).Items, Has.Count.EqualTo(Calls));
        }
    }

    [Test]
    public async Task What_one_writes_the_other_sees_at_once()
    {
        RequireMultiProcess();
        var saved = await SaveAsync("a.png", 1);
        Assert.That(await _other.GetInfoAsync("a.png"), Is.EqualTo(saved));
        var updated = await _other.UpdateAsync("a.png", new ImageUpdate { Tags = ["x"] });
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(updated));
        await _other.SaveBytesAsync("a.png", Image(2, 200_000));
        await AssertHoldsAsync("a.png", Image(2, 200_000));
        Assert.That((await _other.ListAsync(new ImageQuery())).Items, Is.EqualTo((await Storage.ListAsync(new ImageQuery())).Items));
        await Storage.DeleteAsync("a.png");
        await AssertMissingAsync("a.png", _other);
        Assert.That((await _other.GetUsageAsync()).Count, Is.Zero);
    }

    [Test]
    public async Task Documents_that_one_writes_the_other_sees_at_once()
    {
        RequireMultiProcess();
        var etag = await Provider.Documents.PutAsync("c/a", new byte[] { 1 });
        var second = await _otherProvider.Documents.PutAsync("c/a", new byte[] { 2 }, etag);

        Assert.That((await Provider.Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(second));
        Assert.That(await CaughtAsync(() => Provider.Documents.PutAsync("c/a", new byte[] { 3 }, etag)), Is.TypeOf<ImageConflictException>());
        Assert.That(await _otherProvider.Documents.ListAsync("c/"), Has.Count.EqualTo(1));
    }

    [TestCase("create")]
    [TestCase("save")]
    [TestCase("update")]
    [TestCase("delete")]
    [TestCase("document")]
    public async Task Writes_of_one_version_through_both_have_one_winner(string act)
    {
        RequireMultiProcess();
        for (var round = 0; round < 6; round++)
        {
            await Storage.DeleteAsync("a.png");
            var etag = act is "create" or "document" ? default : (await SaveAsync("a.png", 50)).ETag;
            var won = 0;

            await Threads.RunAsync(8, async racer =>
            {
                var (storage, provider) = racer % 2 == 0 ? (Storage, Provider) : (_other, _otherProvider);
                try
                {
                    await (act switch
                    {
                        "create" => storage.SaveBytesAsync("a.png", Image(racer), new SaveOptions { Precondition = IfNoneMatch.Any }),
                        "save" => storage.SaveBytesAsync("a.png", Image(racer), new SaveOptions { Precondition = new IfMatch(etag) }),
                        "update" => storage.UpdateAsync("a.png", new ImageUpdate { Precondition = new IfMatch(etag) }),
                        "delete" => storage.DeleteAsync("a.png", new DeleteOptions { Precondition = new IfMatch(etag) }),
                        _ => (Task)provider.Documents.PutAsync($"race/r{round}", new byte[] { 1 }, DocumentETag.None),
                    });
                    Interlocked.Increment(ref won);
                }
                catch (ImageConflictException)
                {
                    // Another writer has won.
                }
            });

            Assert.That(won, Is.EqualTo(1), $"Round {round}");
        }
    }

    [Test]
    public async Task Reads_through_one_beside_overwrites_through_the_other_are_never_torn()
    {
        RequireMultiProcess();
        await SaveNumberedAsync(Storage, 1);

        await Threads.RunAsync(8, async thread =>
        {
            var storage = thread % 2 == 0 ? Storage : _other;
            for (var i = 0; i < 15; i++)
            {
                if (thread < 4)
                {
                    await SaveNumberedAsync(storage, (thread * 20) + i);
                    continue;
                }

                await using var image = await storage.GetAsync("hot.png");
                using var bytes = new MemoryStream();
                await image!.Content.CopyToAsync(bytes);
                var number = int.Parse(image.Info.FileName!, System.Globalization.CultureInfo.InvariantCulture);
                AssertBytes(bytes.ToArray(), Image(number, 200 + (number * 501)), "A torn image was read.");
            }
        });
    }

    [Test]
    public async Task Saves_and_deletes_of_both_in_one_folder_do_not_disturb_each_other()
    {
        RequireMultiProcess();
        await Threads.RunAsync(8, async thread =>
        {
            var storage = thread % 2 == 0 ? Storage : _other;
            for (var i = 0; i < 12; i++)
            {
                await storage.SaveBytesAsync($"shared/folder/{thread}.png", Image(thread));
                await AssertHoldsAsync($"shared/folder/{thread}.png", Image(thread), thread % 2 == 0 ? _other : Storage);
                Assert.That(await storage.DeleteAsync($"shared/folder/{thread}.png"), Is.True);
            }
        });

        Assert.That((await _other.GetUsageAsync()).Count, Is.Zero);
    }

    [Test]
    public async Task Modified_grows_through_both()
    {
        RequireMultiProcess();
        var times = new List<DateTimeOffset>();
        for (var i = 0; i < 8; i++)
        {
            times.Add((await (i % 2 == 0 ? Storage : _other).SaveBytesAsync("a.png", Image(i))).ModifiedAt);
        }

        Assert.That(times, Is.Ordered.Ascending.And.Unique);
    }

    [Test]
    public async Task Closing_one_leaves_the_other_working()
    {
        RequireMultiProcess();
        await SaveAsync("a.png", 1);

        await Provider.DisposeAsync();

        await AssertHoldsAsync("a.png", Image(1), _other);
        await _other.SaveBytesAsync("b.png", Image(2));
        await AssertHoldsAsync("b.png", Image(2), _other);
    }

    // A writer that opens the store must not remove the staged file of a live writer.
    [Test]
    public async Task Opening_another_beside_a_save_under_way_does_not_disturb_it()
    {
        RequireMultiProcess();
        await using var source = new SourceStream(Image(3, 500_000)) { HappensAt = 400_000, Happens = () => OpenAnotherAsync().GetAwaiter().GetResult() };

        await Storage.SaveAsync("a.png", source);

        await AssertHoldsAsync("a.png", Image(3, 500_000));
    }

    private void RequireMultiProcess()
    {
        if (!Capabilities.MultiProcess)
        {
            Assert.Ignore("The provider does not claim that several processes may open one store (ProviderCapabilities.MultiProcess).");
        }
    }

    private static Task<ImageInfo> SaveNumberedAsync(IImageStorage storage, int number) =>
        storage.SaveBytesAsync("hot.png", Image(number, 200 + (number * 501)), new SaveOptions { FileName = $"{number}" });
}
