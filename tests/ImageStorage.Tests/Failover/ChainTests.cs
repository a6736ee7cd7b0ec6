using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Failover;

/// <summary>One test for each answer about a chain of three.</summary>
internal sealed class ChainTests
{
    private Pair _chain = null!;

    private TestPart First => _chain.Parts[0];

    private TestPart Second => _chain.Parts[1];

    private TestPart Third => _chain.Parts[2];

    [SetUp]
    public void OpenChain() => _chain = new Pair(3);

    [TearDown]
    public async Task CloseChainAsync() => await _chain.DisposeAsync();

    [Test]
    public async Task Write_goes_to_the_first_fallback_that_answers()
    {
        First.GoDown();
        await _chain.SaveAsync("a", 1);
        Second.GoDown();
        await _chain.SaveAsync("b", 2);

        Assert.That((await Second.CountHintsAsync(), await Third.CountHintsAsync()), Is.EqualTo((1, 1)));
        Assert.That(await _chain.BytesAsync("b"), Is.EqualTo(Pair.Hex(2)));
        await Pair.UnavailableAsync(() => _chain.BytesAsync("a"));
    }

    // P2: what was acknowledged last counts, wherever it is stored.
    [Test]
    public async Task Later_hint_supersedes_an_earlier_one_and_no_write_goes_before_it()
    {
        await HandOffTwiceAsync();

        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        _chain.Restart();
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        await _chain.SaveAsync("a", 3);
        Assert.That(await Third.KeysAsync(), Has.Count.EqualTo(1), "The save went before the hint that counts.");
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Assert.That((await _chain.Provider.ReconcileAsync()).Remaining, Is.Zero);
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Assert.That(await Second.KeysAsync(), Is.Empty);
        Assert.That(await Third.KeysAsync(), Is.Empty);
    }

    [Test]
    public async Task Unconditional_writes_go_past_a_fallback_that_may_hold_something_and_nothing_else_does()
    {
        var saved = await _chain.SaveAsync("a", 1);
        Second.GoDown();
        _chain.Restart();

        var failure = await Pair.UnavailableAsync(() => _chain.Storage.GetInfoAsync("a"));
        Assert.That(failure.Message, Does.Contain("Second").And.Not.Contain("First is down"));
        await Pair.UnavailableAsync(() => _chain.Storage.UpdateAsync("a", new ImageUpdate { Tags = ["x"] }));
        await Pair.UnavailableAsync(() => _chain.Storage.SaveBytesAsync("a", Pair.Image(2), new SaveOptions { Precondition = new IfMatch(saved.ETag) }));
        await Pair.UnavailableAsync(() => _chain.Storage.DeleteAsync("a", new DeleteOptions { Precondition = new IfMatch(saved.ETag) }));
        await _chain.SaveAsync("a", 3);
        Assert.That(await _chain.Storage.DeleteAsync("b"), Is.True);

        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Assert.That(await Third.CountHintsAsync(), Is.EqualTo(2), "The primary may not be written while a fallback may have a newer state.");
        Second.ComeBack();
        await _chain.Provider.ReconcileAsync();
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Assert.That(await First.Store.GetInfoAsync("a"), Is.Not.Null);
    }

    [Test]
    public async Task Precondition_on_an_image_with_a_hint_is_evaluated_against_its_last_hint_only()
    {
        await HandOffTwiceAsync();
        var waiting = (await _chain.Storage.GetInfoAsync("a"))!;

        Assert.That(() => _chain.Storage.SaveBytesAsync("a", Pair.Image(4), new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.TypeOf<ImageConflictException>());
        Third.GoDown();
        await Pair.UnavailableAsync(() => _chain.Storage.SaveBytesAsync("a", Pair.Image(4), new SaveOptions { Precondition = new IfMatch(waiting.ETag) }));
        Third.ComeBack();
        await _chain.Storage.SaveBytesAsync("a", Pair.Image(5), new SaveOptions { Precondition = new IfMatch(waiting.ETag) });

        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(5)));
    }

    [Test]
    public async Task Last_hint_stays_while_a_fallback_with_a_superseded_one_is_unavailable()
    {
        await HandOffTwiceAsync();
        Second.GoDown();

        var failure = await Pair.UnavailableAsync(() => _chain.Provider.ReconcileAsync());

        Assert.That(failure.Message, Does.Contain("Second is down"));
        Assert.That((await First.Store.GetInfoAsync("a"))!.Digest, Is.EqualTo(PieceContent.DigestOf(Pair.Image(2))), "The last hint can be applied already.");
        Assert.That(await Third.CountHintsAsync(), Is.EqualTo(1));
        await Pair.UnavailableAsync(() => _chain.Provider.ReconcileAsync());
        Second.ComeBack();
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        Assert.That((await _chain.Provider.ReconcileAsync()).Remaining, Is.Zero);
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    // A crash between the two removals must leave the last hint, and never the earlier one alone.
    [Test]
    public async Task Superseded_hints_are_removed_before_the_last_one()
    {
        await HandOffTwiceAsync();
        Second.Fault = call => call is { Operation: ProviderOperation.DeleteDocument, HasTakenEffect: false } ? new ProcessEndedException() : null;

        Assert.That(() => _chain.Provider.ReconcileAsync(), Throws.TypeOf<ProcessEndedException>());

        _chain.Restart();
        Second.ComeBack();
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        Assert.That(await Third.CountHintsAsync(), Is.EqualTo(1));
        await _chain.Provider.ReconcileAsync();
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Earlier_hint_is_not_replayed_while_a_later_one_may_count()
    {
        await _chain.SaveAsync("a", 0);
        await HandOffTwiceAsync();
        Third.GoDown();

        await Pair.UnavailableAsync(() => _chain.Provider.ReconcileAsync());

        Assert.That((await First.Store.GetInfoAsync("a"))!.Digest, Is.EqualTo(PieceContent.DigestOf(Pair.Image(0))));
        await Pair.UnavailableAsync(() => _chain.BytesAsync("a"));
        Third.ComeBack();
        await _chain.Provider.ReconcileAsync();
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Fallback_that_is_down_and_known_to_be_empty_does_not_stop_the_replay()
    {
        First.GoDown();
        await _chain.SaveAsync("a", 1);
        First.ComeBack();
        Third.GoDown();

        var result = await _chain.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Remaining), Is.EqualTo((1, 0)));
        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
    }

    [Test]
    public async Task Image_that_was_deleted_further_down_stays_deleted()
    {
        await _chain.SaveAsync("a", 0);
        First.GoDown();
        await _chain.SaveAsync("a", 1);
        Second.GoDown();

        Assert.That(await _chain.Storage.DeleteAsync("a"), Is.True);

        First.ComeBack();
        Second.ComeBack();
        _chain.Restart();
        Assert.That(await _chain.BytesAsync("a"), Is.Null);
        Assert.That((await _chain.Storage.ListAsync(new ImageQuery())).Items, Is.Empty);
        Assert.That((await _chain.Storage.GetUsageAsync()).Count, Is.Zero);
        await _chain.Provider.ReconcileAsync();
        Assert.That(await _chain.BytesAsync("a"), Is.Null);
        Assert.That(await First.Store.GetInfoAsync("a"), Is.Null);
    }

    [Test]
    public async Task Listing_merges_all_and_is_unavailable_while_one_that_holds_something_is_not_there()
    {
        await _chain.SaveAsync("a", 0);
        await _chain.SaveAsync("b", 0);
        await HandOffTwiceAsync();
        First.GoDown();
        await _chain.SaveAsync("c", 4);
        First.ComeBack();

        var listed = (await _chain.Storage.ListAsync(new ImageQuery { Order = ImageOrder.KeyAscending })).Items;
        Assert.That(listed.Select(info => info.Key.Value), Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(listed[0].Digest, Is.EqualTo(PieceContent.DigestOf(Pair.Image(2))));
        Second.GoDown();
        var failure = await Pair.UnavailableAsync(() => _chain.Storage.ListAsync(new ImageQuery()));
        Assert.That(failure.Message, Does.Contain("Second is down"));
    }

    [Test]
    public async Task All_down_is_one_failure_that_names_each_also_in_a_process_that_has_reached_none([Values] bool isNew)
    {
        await _chain.SaveAsync("a", 1);
        foreach (var part in _chain.Parts)
        {
            part.GoDown();
        }

        if (isNew)
        {
            _chain.Restart();
        }

        foreach (var call in new Func<Task>[]
        {
            () => _chain.SaveAsync("a", 2), () => _chain.Storage.DeleteAsync("a"), () => _chain.BytesAsync("a"), () => _chain.Storage.GetInfoAsync("a"),
            () => _chain.Storage.ListAsync(new ImageQuery()), () => _chain.Storage.GetUsageAsync(), () => _chain.Provider.CheckAsync(),
        })
        {
            var failure = await Pair.UnavailableAsync(call);
            Assert.That(failure.Message, Does.Match("1\\. First: .*First is down.*2\\. Second: .*Second is down.*3\\. Third: .*Third is down"));
            Assert.That(((AggregateException)failure.InnerException!).InnerExceptions, Has.Count.EqualTo(3));
        }
    }

    [Test]
    public async Task Superseded_hint_that_cannot_be_read_is_retained_when_its_image_is_replayed()
    {
        await HandOffTwiceAsync();
        await Second.Store.Documents.PutAsync(HintStore.NameOf("a"), "rubbish"u8.ToArray());

        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        Assert.That((await _chain.Provider.ReconcileAsync()).Remaining, Is.Zero);

        Assert.That(await _chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        var retained = (await Second.Store.Documents.ListAsync("failover-retained/")).Single();
        Assert.That((await Second.Store.Documents.GetAsync(retained))!.Content.ToArray(), Is.EqualTo("rubbish"u8.ToArray()));
    }

    [Test]
    public async Task Full_backlog_of_one_fallback_sends_further_images_to_the_next()
    {
        _chain.Options.MaxBacklog = 1;
        First.GoDown();
        await _chain.SaveAsync("a", 1);
        await _chain.SaveAsync("b", 2);

        Assert.That((await Second.CountHintsAsync(), await Third.CountHintsAsync()), Is.EqualTo((1, 1)));
        var failure = await Pair.UnavailableAsync(() => _chain.SaveAsync("c", 3));
        Assert.That(failure.Message, Does.Contain("MaxBacklog"));
    }

    [Test]
    public async Task Image_too_long_for_a_fallback_is_handed_to_one_that_takes_it([Values] bool isLengthKnown)
    {
        await using var chain = new Pair(3, false, null, null, 200_000);
        chain.Primary.GoDown();
        var image = SampleImages.OfLength(300_000, 1);
        await using Stream source = isLengthKnown ? new MemoryStream(image) : new SourceStream(image);

        await chain.Storage.SaveAsync("a", source);

        Assert.That(await chain.Last.CountHintsAsync(), Is.EqualTo(1));
        Assert.That((await chain.Storage.GetBytesAsync("a"))!.AsSpan().SequenceEqual(image), Is.True);
        await using var pair = new Pair(2, false, null, null, 200_000);
        pair.Primary.GoDown();
        var failure = await Pair.UnavailableAsync(() => pair.Storage.SaveBytesAsync("b", image));
        Assert.That(failure.Message, Does.Contain("200000 bytes that the fallback Second accepts"));
    }

    [Test]
    public async Task Image_over_the_limit_of_the_primary_is_refused_and_no_provider_is_tried()
    {
        await using var chain = new Pair(3, false, null, 200_000);
        foreach (var part in chain.Parts)
        {
            part.Fault = call => call.Operation is ProviderOperation.Put ? throw new AssertionException($"{part.Name} was tried.") : null;
        }

        Assert.That(() => chain.Storage.SaveBytesAsync("a", SampleImages.OfLength(300_000, 1)), Throws.TypeOf<ImageValidationException>()
            .With.Property(nameof(ImageValidationException.Kind)).EqualTo(ImageValidationKind.TooLarge).And.Message.Contains("200000"));
        Assert.That(chain.Storage.Capabilities.MaxLength, Is.EqualTo(200_000));
    }

    // Otherwise the hint would count again, over a newer state, once the later one is replayed.
    [Test]
    public async Task Hint_that_a_concurrent_write_has_superseded_is_withdrawn_before_it_is_acknowledged()
    {
        await using var chain = new Pair(3, isShared: true);
        var elsewhere = new TestPart(chain.Parts[1]);
        elsewhere.GoDown();
        await chain.SaveAsync("before", 0);
        chain.Primary.GoDown();
        await using var other = chain.Open([chain.Primary, elsewhere, chain.Last], chain.Clock);
        var storage = new ImageStorage.ImageStorageManager(other, null, chain.Clock);
        Task? between = null;
        chain.Fallback.Fault = call =>
        {
            if (call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: true } && between is null)
            {
                between = storage.SaveBytesAsync("a", Pair.Image(2));
            }

            return null;
        };
        await Pair.UnavailableAsync(() => storage.GetInfoAsync("nothing"));

        await chain.SaveAsync("a", 1);
        await between!;

        Assert.That((await chain.Fallback.KeysAsync(), (await chain.Fallback.Store.Documents.ListAsync("failover/h-")).Count), Is.EqualTo((new List<string>(), 0)));
        chain.Primary.ComeBack();
        Assert.That(await chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        await chain.Provider.ReconcileAsync();
        Assert.That(await chain.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Two_fallbacks_on_one_store_are_refused()
    {
        await using var provider = _chain.Open([First, Second, Second], _chain.Clock);

        Assert.That(() => provider.GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("are the same store"));
    }

    [Test]
    public async Task Status_has_one_entry_for_each_fallback_and_tells_which_cannot_be_asked()
    {
        await HandOffTwiceAsync();
        Assert.That(await _chain.Provider.GetStatusAsync(), Is.EqualTo(new FailoverStatus { State = FailoverState.FailedOver, Primary = "First", Fallbacks = [new FallbackStatus { Name = "Second", Hints = 1 }, new FallbackStatus { Name = "Third", Hints = 1 }] }));
        Second.GoDown();

        var status = await _chain.Provider.GetStatusAsync();

        Assert.That(status.Fallbacks, Is.EqualTo(new[] { new FallbackStatus { Name = "Second", Hints = null }, new FallbackStatus { Name = "Third", Hints = 1 } }));
        Assert.That(status.Hints, Is.Null);
    }

    /// <summary>Leaves version 1 of an image on the second and version 2 on the third.</summary>
    private async Task HandOffTwiceAsync()
    {
        First.GoDown();
        await _chain.SaveAsync("a", 1);
        Second.GoDown();
        await _chain.SaveAsync("a", 2);
        First.ComeBack();
        Second.ComeBack();
    }
}
