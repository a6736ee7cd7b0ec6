using ImageStorage.Providers;
using NUnit.Framework;

namespace ImageStorage.Testing.NUnit;

/// <summary>
/// Tests the ability <see cref="IAtomicProvider"/>: a commit applies all of its changes or none. Skipped for providers
/// without the ability.
/// </summary>
public abstract class AtomicConformance<THarness> : ProviderConformance<THarness>
    where THarness : ProviderHarness, new()
{
    private IAtomicProvider Atomic => Provider.GetAbility<IAtomicProvider>()!;

    private protected override string? ReasonToSkip() => Provider.GetAbility<IAtomicProvider>() is null ? $"{Provider.Name} does not commit several images at once." : null;

    [Test]
    public async Task Commit_makes_all_writes_of_all_kinds()
    {
        await SaveAsync("over.png", 1);
        await SaveAsync("gone.png", 2);
        await SaveAsync("told.png", 3);
        await Provider.Documents.PutAsync("tests/gone", new byte[] { 1 });
        await using var small = await Atomic.PrepareAsync(PutOf("new.png", Image(4)));
        await using var large = await Atomic.PrepareAsync(PutOf("over.png", Image(5, 700_000)));

        var infos = await Atomic.CommitAsync(
        [
            new AtomicPut(small),
            new AtomicPut(large),
            new AtomicDelete("gone.png"),
            new AtomicUpdate("told.png", new RecordUpdate { Tags = ["t"] }),
            new AtomicDelete("never.png"),
            new AtomicDocument("tests/new", new byte[] { 2 }, DocumentETag.None),
            new AtomicDocument("tests/gone", null),
        ]);

        Assert.That(infos.Select(info => info?.Key.Value), Is.EqualTo(new[] { "new.png", "over.png", "gone.png", "told.png", null, null, null }));
        await AssertHoldsAsync("new.png", Image(4));
        await AssertHoldsAsync("over.png", Image(5, 700_000));
        await AssertMissingAsync("gone.png");
        Assert.That(await Storage.GetInfoAsync("told.png"), Is.EqualTo(infos[3]));
        Assert.That(infos[3]!.Tags, Is.EqualTo(new[] { "t" }));
        Assert.That((await Provider.Documents.GetAsync("tests/new"))!.Content.ToArray(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(await Provider.Documents.GetAsync("tests/gone"), Is.Null);
        Assert.That((await Storage.GetUsageAsync()).Count, Is.EqualTo(3));
    }

    [Test]
    public async Task Prepared_image_is_invisible_and_removed_if_it_is_not_committed()
    {
        var before = await StoreSnapshot.TakeAsync(Storage);

        await using (await Atomic.PrepareAsync(PutOf("new.png", Image(1, 700_000))))
        {
            await before.AssertUnchangedAsync(Storage);
        }

        await before.AssertUnchangedAsync(Storage);
    }

    [TestCase("a conflict of a put")]
    [TestCase("a conflict of an update")]
    [TestCase("a conflict of a delete")]
    [TestCase("a conflict of a document")]
    [TestCase("an update of nothing")]
    public async Task One_write_that_fails_leaves_nothing_of_the_others(string failure)
    {
        var image = await SaveAsync("a.png", 1);
        var wrong = new IfMatch(new ImageETag("wrong"));
        await Provider.Documents.PutAsync("tests/a", new byte[] { 1 });
        await using var put = await Atomic.PrepareAsync(PutOf("new.png", Image(2)));
        await using var create = await Atomic.PrepareAsync(PutOf("other.png", Image(3)) with { Precondition = IfNoneMatch.Any });
        var other = await SaveAsync("other.png", 9);
        var before = await StoreSnapshot.TakeAsync(Storage);
        AtomicWrite failing = failure switch
        {
            "a conflict of a put" => new AtomicPut(create),
            "a conflict of an update" => new AtomicUpdate("a.png", new RecordUpdate { Precondition = wrong }),
            "a conflict of a delete" => new AtomicDelete("a.png", wrong),
            "a conflict of a document" => new AtomicDocument("tests/a", new byte[] { 9 }, DocumentETag.None),
            _ => new AtomicUpdate("missing.png", new RecordUpdate()),
        };

        var thrown = await CaughtAsync(() => Atomic.CommitAsync([new AtomicPut(put), new AtomicDocument("tests/b", new byte[] { 2 }), failing]));

        Assert.That(thrown, failure == "an update of nothing" ? Is.TypeOf<ImageNotFoundException>() : Is.TypeOf<ImageConflictException>());
        var expected = failure switch
        {
            "a conflict of a put" => other.ETag,
            "a conflict of an update" or "a conflict of a delete" => image.ETag,
            _ => default(ImageETag?),
        };
        Assert.That((thrown as ImageConflictException)?.CurrentETag, Is.EqualTo(expected));
        await before.AssertUnchangedAsync(Storage);
        Assert.That(await Storage.GetInfoAsync("a.png"), Is.EqualTo(image));
        Assert.That(await Provider.Documents.GetAsync("tests/b"), Is.Null);
        Assert.That((await Provider.Documents.GetAsync("tests/a"))!.Content.ToArray(), Is.EqualTo(new byte[] { 1 }));
    }

    [Test]
    public async Task Commit_survives_the_process()
    {
        if (!Capabilities.Durable)
        {
            Assert.Ignore($"{Provider.Name} does not survive its process.");
        }

        await using (var put = await Atomic.PrepareAsync(PutOf("new.png", Image(1, 400_000))))
        {
            await Atomic.CommitAsync([new AtomicPut(put), new AtomicDocument("tests/new", new byte[] { 2 })]);
        }

        await ReopenAsync();

        await AssertHoldsAsync("new.png", Image(1, 400_000));
        Assert.That(await Provider.Documents.GetAsync("tests/new"), Is.Not.Null);
    }

    [Test]
    public async Task Version_that_a_write_names_is_recorded()
    {
        var etag = new ImageETag("mine-1");
        await using var put = await Atomic.PrepareAsync(PutOf("a.png", Image(1)) with { NewETag = etag });

        await Atomic.CommitAsync([new AtomicPut(put)]);

        Assert.That((await Storage.GetInfoAsync("a.png"))!.ETag, Is.EqualTo(etag));
    }

    [TestCase(-1, null)]
    [TestCase(1, null)]
    [TestCase(-1, "brotli")]
    [TestCase(1, "brotli")]
    public async Task Content_that_states_another_length_than_it_has_is_refused_when_it_is_prepared(int difference, string? encoding)
    {
        await SaveAsync("a.png", 1);
        var before = await StoreSnapshot.TakeAsync(Storage);
        foreach (var length in (int[])[400, 700_000])
        {
            var bytes = Image(3, length);
            ImageContent inner = encoding is null ? new PieceContent(bytes, 65_536) : new EncodedContent(bytes, PieceContent.DigestOf(Image(4, 900_000)));
            var content = new StatedContent(inner, length + difference, length + difference);

            var failure = await AssertFailsAsync<ImageValidationException>("a.png", () => Atomic.PrepareAsync(PutOf("a.png", bytes, content) with { Encoding = encoding }));

            Assert.That(failure.Kind, Is.EqualTo(ImageValidationKind.LengthMismatch));
            await before.AssertUnchangedAsync(Storage);
            await AssertSoundAsync(Provider);
        }
    }

    [Test]
    public async Task Callbacks_before_the_commit_run_in_order_when_the_commit_begins_and_before_any_change()
    {
        await SaveAsync("b.png", 1);
        var told = new List<ImageInfo>();
        var before = await StoreSnapshot.TakeAsync(Storage);
        async ValueTask SeeAsync(ImageInfo record, CancellationToken cancellationToken)
        {
            await before.AssertUnchangedAsync(Storage);
            told.Add(record);
        }

        await using var a = await Atomic.PrepareAsync(PutOf("a.png", Image(2)) with { BeforeCommit = SeeAsync });
        await using var b = await Atomic.PrepareAsync(PutOf("b.png", Image(3, 700_000)) with { BeforeCommit = SeeAsync });
        Assert.That(told, Is.Empty, "Nothing is committed yet.");

        var infos = await Atomic.CommitAsync([new AtomicPut(b), new AtomicPut(a)]);

        Assert.That(told.Select((record, index) => record with { CreatedAt = infos[index]!.CreatedAt, ModifiedAt = infos[index]!.ModifiedAt }), Is.EqualTo(infos));
        await AssertHoldsAsync("a.png", Image(2));
        await AssertHoldsAsync("b.png", Image(3, 700_000));
    }

    [Test]
    public async Task Image_of_another_provider_is_refused_before_any_callback()
    {
        var called = false;
        await using var own = await Atomic.PrepareAsync(PutOf("a.png", Image(2)) with
        {
            BeforeCommit = (_, _) =>
            {
                called = true;
                return default;
            },
        });
        await using var foreign = new ForeignImage("b.png");

        Assert.That(await CaughtAsync(() => Atomic.CommitAsync([new AtomicPut(own), new AtomicPut(foreign)])), Is.InstanceOf<ArgumentException>());

        Assert.That(called, Is.False);
        await AssertMissingAsync("a.png");
    }

    [Test]
    public async Task Callback_before_the_commit_that_fails_is_the_failure_and_leaves_nothing_of_the_others()
    {
        await SaveAsync("b.png", 1);
        var before = await StoreSnapshot.TakeAsync(Storage);
        foreach (var failure in new Exception[] { new InvalidOperationException("No."), new IOException("No."), new ImageSourceException("No.") })
        {
            var calls = 0;
            ValueTask Fail(ImageInfo record, CancellationToken cancellationToken) => ++calls == 1 ? default : throw failure;
            await using (var a = await Atomic.PrepareAsync(PutOf("a.png", Image(2, 700_000)) with { BeforeCommit = Fail }))
            await using (var b = await Atomic.PrepareAsync(PutOf("b.png", Image(3, 700_000)) with { BeforeCommit = Fail }))
            await using (var c = await Atomic.PrepareAsync(PutOf("c.png", Image(4, 700_000))))
            {
                var caught = await CaughtAsync(() => Atomic.CommitAsync([new AtomicPut(a), new AtomicPut(b), new AtomicPut(c), new AtomicDocument("tests/b", new byte[] { 2 })]));

                Assert.That(caught, Is.SameAs(failure));
                await before.AssertUnchangedAsync(Storage);
                Assert.That(await Provider.Documents.GetAsync("tests/b"), Is.Null);
            }

            await AssertSoundAsync(Provider);
        }
    }

    private sealed class ForeignImage(ImageKey key) : IPreparedImage
    {
        public ImageKey Key => key;

        public ValueTask DisposeAsync() => default;
    }
}
