using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests moves in a store of the container: a move deletes the source exactly when the target has its bytes and its
/// record, and leaves no journal and no retained version. A provider without atomic commits and retained versions must
/// refuse moves and change nothing.
/// </summary>
/// <typeparam name="THarness">The harness that opens the provider under test.</typeparam>
[Parallelizable(ParallelScope.Self)]
public abstract class MoveConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private const string Source = "folder/source.png";
    private const string Target = "other/folder/target.png";

    // Some providers store small and large images differently.
    private static readonly int[] Lengths = [300, 700_000];

    private ImageStore? _store;

    private IImageStorage Moves => _store!.Images;

    private protected override async Task PrepareAsync()
    {
        _store = await ImageStore.OpenAsync(builder => builder.UseProvider(Provider.Name, _ => new SharedProvider(Provider)));
        await SaveAsync("probe.png", 1);
        try
        {
            await Moves.MoveAsync("probe.png", "probed.png");
            await Storage.DeleteAsync("probed.png");
        }
        catch (ImageStorageException exception) when (exception is StorageNotSupportedException || (exception is StorageUnavailableException && Provider.GetAbility<IStorageFailover>() is not null))
        {
            // A mirror retains no versions. A fallback that has a hint of an image excludes the image from moves.
            AssertGivesNothingAway(exception.Message);
            await AssertHoldsAsync("probe.png", Image(1));
            await AssertMissingAsync("probed.png");
            Assert.Ignore(exception.Message);
        }
    }

    /// <summary>Closes the store of the test.</summary>
    [TearDown]
    public async Task CloseImageStoreAsync()
    {
        if (_store is { } store)
        {
            _store = null;
            await store.DisposeAsync();
        }
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Moved_image_has_the_bytes_and_the_record_of_the_source(int length)
    {
        var source = await Storage.SaveBytesAsync(Source, Image(1, length), new SaveOptions { FileName = "a.png", Tags = ["one"], Metadata = new Dictionary<string, string> { ["artist"] = "Ada" } });
        Clock.Advance(TimeSpan.FromHours(1));

        var moved = await MoveAsync();

        Assert.That(moved, Is.EqualTo(source with { Key = Target, ETag = moved.ETag, ModifiedAt = Clock.Now }));
        Assert.That(moved.ETag, Is.Not.EqualTo(source.ETag));
        await AssertMissingAsync(Source);
        await AssertHoldsAsync(Target, Image(1, length));
        await AssertTidyAsync(Target);
        Assert.That((await Storage.GetUsageAsync()).Bytes, Is.EqualTo(length));
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task Move_over_an_image_replaces_it(int length)
    {
        await Storage.SaveBytesAsync(Target, Image(2, length - 100));
        Clock.Advance(TimeSpan.FromHours(1));
        var source = await Storage.SaveBytesAsync(Source, Image(1, length));

        var moved = await MoveAsync();

        Assert.That(moved.CreatedAt, Is.EqualTo(source.CreatedAt));
        await AssertMissingAsync(Source);
        await AssertHoldsAsync(Target, Image(1, length));
        await AssertTidyAsync(Target);
    }

    [Test]
    public async Task Move_there_and_back_and_over_each_other_keeps_every_image()
    {
        for (var i = 0; i < 4; i++)
        {
            await SaveAsync($"{i}.png", i);
        }

        await MoveAsync("0.png", "a/0.png");
        await MoveAsync("a/0.png", "0.png");
        await MoveAsync("1.png", "0.png");
        await MoveAsync("2.png", "b/2.png");
        await MoveAsync("3.png", "2.png");

        await AssertHoldsAsync("0.png", Image(1));
        await AssertHoldsAsync("2.png", Image(3));
        await AssertHoldsAsync("b/2.png", Image(2));
        await AssertTidyAsync("0.png", "2.png", "b/2.png");
    }

    [Test]
    public async Task Move_whose_precondition_does_not_hold_changes_nothing()
    {
        var old = await SaveAsync(Source, 1);
        await SaveAsync(Source, 2);
        await SaveAsync(Target, 3);
        var before = await StoreSnapshot.TakeAsync(Storage);

        await AssertFailsAsync<ImageConflictException>(Target, () => MoveAsync(options: new CopyOptions { Precondition = IfNoneMatch.Any }));
        await AssertFailsAsync<ImageConflictException>(Target, () => MoveAsync(options: new CopyOptions { Precondition = new IfMatch(old.ETag) }));
        await AssertFailsAsync<ImageConflictException>(Source, () => MoveAsync(options: new CopyOptions { SourcePrecondition = new IfMatch(old.ETag) }));
        await AssertFailsAsync<ImageConflictException>("missing.png", () => MoveAsync("missing.png", Target, new CopyOptions { SourcePrecondition = new IfMatch(old.ETag) }));

        await before.AssertUnchangedAsync(Storage);
        await AssertTidyAsync(Source, Target);
    }

    [Test]
    public async Task Move_of_the_expected_version_to_a_new_key_happens()
    {
        var info = await SaveAsync(Source, 1);

        await MoveAsync(options: new CopyOptions { SourcePrecondition = new IfMatch(info.ETag), Precondition = IfNoneMatch.Any });

        await AssertMissingAsync(Source);
        await AssertHoldsAsync(Target, Image(1));
    }

    [Test]
    public async Task Move_of_a_missing_image_is_not_found_and_changes_nothing()
    {
        await SaveAsync(Target, 1);
        var before = await StoreSnapshot.TakeAsync(Storage);

        await AssertFailsAsync<ImageNotFoundException>(Source, () => MoveAsync());

        await before.AssertUnchangedAsync(Storage);
        await AssertTidyAsync(Target);
    }

    [Test]
    public async Task Move_onto_itself_is_refused()
    {
        await SaveAsync(Source, 1);

        Assert.That(() => Moves.MoveAsync(Source, Source), Throws.ArgumentException);

        await AssertHoldsAsync(Source, Image(1));
    }

    [Test]
    public async Task Damaged_image_is_not_moved([Values] StoreDamage damage, [ValueSource(nameof(Lengths))] int length)
    {
        await Storage.SaveBytesAsync(Source, Image(1, length));
        await SaveAsync(Target, 2);
        await DamageAsync(Source, damage);

        await AssertFailsAsync<ImageCorruptedException>(Source, () => MoveAsync());

        await AssertHoldsAsync(Target, Image(2));
        Assert.That(await Provider.Documents.ListAsync("transactions/"), Is.Empty);
        Assert.That(await CaughtAsync(() => Storage.GetBytesAsync(Source)), Is.TypeOf<ImageCorruptedException>(), "The damaged image is no longer there.");
    }

    [Test]
    public async Task Cancelled_move_changes_nothing()
    {
        await SaveAsync(Source, 1);
        var before = await StoreSnapshot.TakeAsync(Storage);

        Assert.That(await CaughtAsync(() => Moves.MoveAsync(Source, Target, null, new CancellationToken(canceled: true))), Is.InstanceOf<OperationCanceledException>());

        await before.AssertUnchangedAsync(Storage);
    }

    [TestCaseSource(nameof(Lengths))]
    public async Task One_of_several_concurrent_moves_of_an_image_wins(int length)
    {
        await Storage.SaveBytesAsync(Source, Image(1, length));

        var winners = new List<int>();
        await Threads.RunAsync(4, async i =>
        {
            try
            {
                await Moves.MoveAsync(Source, $"{i}.png");
                lock (winners)
                {
                    winners.Add(i);
                }
            }
            catch (ImageStorageException exception) when (exception is ImageNotFoundException or ImageConflictException)
            {
                Assert.That(exception.Key, Is.EqualTo((ImageKey)Source));
            }
        });

        Assert.That(winners, Has.Count.EqualTo(1));
        await AssertMissingAsync(Source);
        await AssertHoldsAsync($"{winners[0]}.png", Image(1, length));
        await AssertTidyAsync($"{winners[0]}.png");
    }

    private Task<ImageInfo> MoveAsync(string source = Source, string target = Target, CopyOptions? options = null) => Moves.MoveAsync(source, target, options);

    private async Task AssertTidyAsync(params string[] keys)
    {
        Assert.That((await Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items.Select(info => info.Key.Value), Is.EqualTo(keys.Order(StringComparer.Ordinal)));
        Assert.That(await Provider.Documents.ListAsync("transactions/"), Is.Empty, "A journal is left.");
        Assert.That(Provider.GetAbility<IVersionKeeper>() is { } keeper ? await keeper.ListRetainedAsync() : [], Is.Empty, "A retained version is left.");
    }
}
