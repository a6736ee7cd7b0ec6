using System.Security.Cryptography;
using ImageStorage.Failover;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Testing.NUnit;

namespace ImageStorage.Tests.Failover;

/// <summary>One test for each answer of docs/design/failover.md.</summary>
internal sealed class FailoverTests
{
    private Pair _pair = null!;

    [SetUp]
    public void OpenPair() => _pair = new Pair();

    [TearDown]
    public async Task ClosePairAsync() => await _pair.DisposeAsync();

    [Test]
    public async Task Save_while_the_primary_is_down_is_read_at_once_and_after_a_restart()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();

        await _pair.SaveAsync("a", 2);

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        _pair.Restart();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Primary_that_is_back_does_not_serve_what_it_missed()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 2);

        _pair.Primary.ComeBack();
        _pair.Restart();

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        await _pair.Provider.ReconcileAsync();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        Assert.That((await _pair.Primary.Store.GetInfoAsync("a"))!.Digest, Is.EqualTo(PieceContent.DigestOf(Pair.Image(2))));
    }

    [Test]
    public async Task Image_that_was_deleted_while_the_primary_was_down_stays_deleted()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();

        Assert.That(await _pair.Storage.DeleteAsync("a"), Is.True);

        _pair.Restart();
        Assert.That(await _pair.BytesAsync("a"), Is.Null);
        _pair.Primary.ComeBack();
        Assert.That(await _pair.BytesAsync("a"), Is.Null);
        Assert.That((await _pair.Storage.ListAsync(new ImageQuery())).Items, Is.Empty);
        await _pair.Provider.ReconcileAsync();
        Assert.That(await _pair.Primary.Store.GetInfoAsync("a"), Is.Null);
    }

    [Test]
    public async Task Image_that_the_fallback_does_not_hold_is_unavailable_and_never_not_found()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();

        foreach (ImageKey key in new ImageKey[] { "a", "never-saved" })
        {
            var failure = await Pair.UnavailableAsync(() => _pair.Storage.GetInfoAsync(key));
            Assert.That(failure.Key, Is.EqualTo(key));
            Assert.That(failure.Message, Does.Contain("First").And.Contain("Second"));
            await Pair.UnavailableAsync(() => _pair.Storage.GetAsync(key));
            await Pair.UnavailableAsync(() => _pair.Storage.UpdateAsync(key, new ImageUpdate { Tags = ["x"] }));
        }
    }

    [Test]
    public async Task Precondition_that_only_the_primary_could_evaluate_is_unavailable_and_one_on_an_image_with_a_hint_is_evaluated()
    {
        var first = await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();

        await Pair.UnavailableAsync(() => _pair.Storage.SaveBytesAsync("a", Pair.Image(2), new SaveOptions { Precondition = new IfMatch(first.ETag) }));
        await Pair.UnavailableAsync(() => _pair.Storage.SaveBytesAsync("new", Pair.Image(2), new SaveOptions { Precondition = IfNoneMatch.Any }));
        await Pair.UnavailableAsync(() => _pair.Storage.DeleteAsync("a", new DeleteOptions { Precondition = new IfMatch(first.ETag) }));

        var waiting = await _pair.SaveAsync("a", 3);
        Assert.That(() => _pair.Storage.SaveBytesAsync("a", Pair.Image(4), new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.TypeOf<ImageConflictException>());
        Assert.That(() => _pair.Storage.DeleteAsync("a", new DeleteOptions { Precondition = new IfMatch(first.ETag) }), Throws.TypeOf<ImageConflictException>());
        await _pair.Storage.SaveBytesAsync("a", Pair.Image(5), new SaveOptions { Precondition = new IfMatch(waiting.ETag) });
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(5)));
    }

    [Test]
    public async Task Update_of_an_image_with_a_hint_changes_its_record_and_reaches_the_primary()
    {
        _pair.Primary.GoDown();
        await new ImageStorageManager(_pair.Provider, new ImageStorageOptions { Identity = ContentIdentity.XxHash128 }, _pair.Clock).SaveBytesAsync("a", Pair.Image(1));
        var sha = new Sha256Digest(SHA256.HashData(Pair.Image(1)));

        var updated = await _pair.Provider.UpdateAsync("a", new RecordUpdate { Tags = ["x"], FileName = "f.png", Sha256 = sha });

        Assert.That(await _pair.Storage.GetInfoAsync("a"), Is.EqualTo(updated));
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        _pair.Primary.ComeBack();
        await _pair.Provider.ReconcileAsync();
        var onPrimary = (await _pair.Primary.Store.GetInfoAsync("a"))!;
        Assert.That((onPrimary.FileName, onPrimary.Tags.Single(), onPrimary.Sha256), Is.EqualTo(("f.png", "x", sha)));
    }

    [Test]
    public async Task Write_whose_answer_was_lost_is_replayed_by_comparing_both_providers()
    {
        _pair.Primary.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: true } ? _pair.Primary.Failure() : null;
        await _pair.SaveAsync("a", 1);
        var written = await _pair.Primary.Store.GetInfoAsync("a");
        _pair.Primary.ComeBack();

        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Remaining), Is.EqualTo((1, 0)));
        Assert.That(await _pair.Primary.Store.GetInfoAsync("a"), Is.EqualTo(written), "It was copied although it was there.");
    }

    [Test]
    public async Task Quick_flapping_does_not_reorder_versions()
    {
        for (var i = 0; i < 12; i++)
        {
            _pair.Primary.Fault = i % 3 == 0 ? _ => _pair.Primary.Failure() : i % 3 == 1 ? call => call.HasTakenEffect ? _pair.Primary.Failure() : null : _ => null;
            await _pair.SaveAsync("a", i);
            Assert.That(await ReadAnywayAsync(), Is.EqualTo(Pair.Hex(i)));
        }

        _pair.Primary.ComeBack();
        await _pair.Provider.ReconcileAsync();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(11)));

        async Task<string?> ReadAnywayAsync()
        {
            _pair.Primary.ComeBack();
            return await _pair.BytesAsync("a");
        }
    }

    [TestCase(-3600)]
    [TestCase(30)]
    [TestCase(3600)]
    public async Task Clocks_that_differ_do_not_decide(int secondsAhead)
    {
        // The primary's versions have its own clock's time; the process learns how far that is ahead.
        var clock = new ManualClock { Now = _pair.Clock.Now.AddSeconds(secondsAhead) };
        var primary = new TestPart("First", clock);
        await using var provider = _pair.Open([primary, new TestPart("Second", _pair.Clock)], _pair.Clock);
        var storage = new ImageStorage.ImageStorageManager(provider, null, _pair.Clock);
        await storage.SaveBytesAsync("a", Pair.Image(1));
        primary.GoDown();
        await storage.SaveBytesAsync("a", Pair.Image(2));
        primary.ComeBack();

        var result = await provider.ReconcileAsync();

        Assert.That(result.Conflicts, Is.Zero);
        Assert.That(Convert.ToHexString((await storage.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Version_written_past_the_store_that_is_clearly_newer_stays_and_the_other_is_retained()
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        _pair.Primary.ComeBack();
        _pair.Clock.Advance(TimeSpan.FromHours(1));
        await new ImageStorage.ImageStorageManager(_pair.Primary.Store).SaveBytesAsync("a", Pair.Image(2));

        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Conflicts, result.Remaining), Is.EqualTo((1, 1, 0)));
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        var retained = (await _pair.Fallback.Store.Documents.ListAsync("failover-retained/")).Single();
        Assert.That(await _pair.Fallback.Store.GetInfoAsync($"failover-images/{retained.Value["failover-retained/".Length..]}"), Is.Not.Null);
    }

    [Test]
    public async Task All_down_is_one_failure_that_names_each_with_its_cause()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();
        _pair.Fallback.GoDown();

        var failure = await Pair.UnavailableAsync(() => _pair.SaveAsync("a", 1));

        Assert.That(failure.Message, Does.Contain("First is down").And.Contain("Second is down"));
        Assert.That(((AggregateException)failure.InnerException!).InnerExceptions, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Fallback_that_goes_down_without_hints_does_not_harm()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Fallback.GoDown();

        await _pair.SaveAsync("a", 2);

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        await _pair.Storage.DeleteAsync("a");
        Assert.That(await _pair.BytesAsync("a"), Is.Null);
    }

    [Test]
    public async Task Process_that_has_never_seen_the_fallback_does_not_guess()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Fallback.GoDown();
        _pair.Restart();

        await Pair.UnavailableAsync(() => _pair.Storage.GetInfoAsync("a"));
    }

    [Test]
    public async Task Listing_merges_primary_and_fallback_in_every_order_without_duplicates_and_deleted_images()
    {
        for (var i = 0; i < 6; i++)
        {
            _pair.Clock.Advance(TimeSpan.FromSeconds(1));
            await _pair.SaveAsync($"k{i}", i);
        }

        _pair.Primary.GoDown();
        await _pair.SaveAsync("k1", 11);
        await _pair.Storage.DeleteAsync("k3");
        _pair.Clock.Advance(TimeSpan.FromSeconds(1));
        await _pair.SaveAsync("k2x", 12);
        await Pair.UnavailableAsync(() => _pair.Storage.ListAsync(new ImageQuery()));
        _pair.Primary.ComeBack();

        Assert.That(await ListAsync(ImageOrder.KeyAscending, 0), Is.EqualTo(new[] { "k0", "k1", "k2", "k2x", "k4", "k5" }));
        Assert.That(await ListAsync(ImageOrder.CreatedDescending, 0), Is.EqualTo(new[] { "k2x", "k5", "k4", "k2", "k1", "k0" }));
        Assert.That(await ListAsync(ImageOrder.CreatedAscending, 2), Is.EqualTo(new[] { "k0", "k1", "k2", "k4", "k5", "k2x" }), "Reconciled between two pages.");
        Assert.That((await _pair.Storage.GetUsageAsync()).Count, Is.EqualTo(6));

        async Task<List<string>> ListAsync(ImageOrder order, int reconcileAfter)
        {
            var keys = new List<string>();
            var query = new ImageQuery { Order = order, Limit = 1 };
            do
            {
                var page = await _pair.Storage.ListAsync(query);
                keys.AddRange(page.Items.Select(info => info.Key.Value));
                query = query with { ContinuationToken = page.ContinuationToken };
                if (keys.Count == reconcileAfter)
                {
                    await _pair.Provider.ReconcileAsync();
                }
            }
            while (query.ContinuationToken is not null);

            return keys;
        }
    }

    [Test]
    public async Task Full_backlog_refuses_new_images_and_still_takes_those_that_wait()
    {
        _pair.Options.MaxBacklog = 2;
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        await _pair.SaveAsync("b", 2);

        var failure = await Pair.UnavailableAsync(() => _pair.SaveAsync("c", 3));

        Assert.That(failure.Message, Does.Contain("MaxBacklog"));
        await _pair.SaveAsync("a", 4);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(4)));
    }

    [Test]
    public async Task Unreadable_hint_is_reported_and_remains_until_a_save_replaces_it()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 2);
        _pair.Primary.ComeBack();
        var name = HintStore.NameOf("a");
        await _pair.Fallback.Store.Documents.PutAsync(name, "rubbish"u8.ToArray());

        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Unreadable, result.Remaining), Is.EqualTo((1, 1)));
        Assert.That(() => _pair.Storage.GetInfoAsync("a"), Throws.InstanceOf<StorageCorruptedException>());
        await _pair.SaveAsync("a", 3);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Assert.That((await _pair.Provider.ReconcileAsync()).Remaining, Is.Zero);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Assert.That(await _pair.Fallback.Store.Documents.ListAsync("failover-retained/"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Payload_that_cannot_be_read_is_replaced_by_a_save_and_a_delete_without_a_precondition_and_refuses_all_else([Values] bool deletes)
    {
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        var damaged = (await _pair.Fallback.KeysAsync()).Single();
        _pair.Fallback.Fault = call => call is { HasTakenEffect: false, Operation: not ProviderOperation.Delete } && call.Key == damaged ? new ImageCorruptedException("Damaged.") { Key = damaged } : null;

        Assert.That(() => _pair.Storage.GetInfoAsync("a"), Throws.TypeOf<ImageCorruptedException>());
        Assert.That(() => _pair.Storage.UpdateAsync("a", new ImageUpdate { Tags = ["x"] }), Throws.TypeOf<ImageCorruptedException>());
        Assert.That(() => _pair.Storage.SaveBytesAsync("a", Pair.Image(2), new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.TypeOf<ImageCorruptedException>());
        _pair.Primary.ComeBack();
        Assert.That((await _pair.Provider.ReconcileAsync()).Unreadable, Is.EqualTo(1));
        if (deletes)
        {
            Assert.That(await _pair.Storage.DeleteAsync("a"), Is.True);
        }
        else
        {
            await _pair.SaveAsync("a", 2);
        }

        Assert.That((await _pair.Provider.ReconcileAsync()).Remaining, Is.Zero);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(deletes ? null : Pair.Hex(2)));
    }

    [Test]
    public async Task Source_that_does_not_seek_goes_to_the_fallback_by_way_of_a_temporary_file()
    {
        // The primary reads all bytes and then fails.
        _pair.Primary.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: true } ? _pair.Primary.Failure() : null;
        var image = SampleImages.OfLength(700_000, 5);
        await using var source = new SourceStream(image);

        await _pair.Storage.SaveAsync("a", source);

        Assert.That((await _pair.Storage.GetBytesAsync("a"))!.AsSpan().SequenceEqual(image), Is.True);
    }

    [Test]
    public async Task Source_over_the_spool_limit_fails_and_says_so()
    {
        _pair.Options.SpoolLimit = 1000;
        _pair.Primary.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: true } ? _pair.Primary.Failure() : null;
        await using var source = new SourceStream(SampleImages.OfLength(700_000, 5));

        var failure = await Pair.UnavailableAsync(() => _pair.Storage.SaveAsync("a", source));

        Assert.That(failure.Message, Does.Contain("SpoolLimit"));
    }

    [Test]
    public async Task Source_that_fails_is_no_reason_to_fail_over()
    {
        await using var source = new SourceStream(SampleImages.OfLength(700_000, 5)) { HappensAt = 400_000, Happens = () => throw new IOException("gone") };

        Assert.That(() => _pair.Storage.SaveAsync("a", source), Throws.TypeOf<ImageSourceException>());

        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
        Assert.That(await _pair.Storage.GetInfoAsync("a"), Is.Null);
    }

    [Test]
    public async Task One_store_as_both_is_refused()
    {
        await using var pair = new Pair();
        await using var provider = pair.Open([pair.Primary, pair.Primary], pair.Clock);

        Assert.That(() => provider.GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("are the same store"));
        Assert.That(() => provider.CheckAsync(), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(await pair.Primary.Store.Documents.ListAsync("failover-probe/"), Is.Empty);
    }

    [Test]
    public async Task Documents_are_those_of_the_primary()
    {
        await _pair.Provider.Documents.PutAsync("c/a", new byte[] { 1 }, DocumentETag.None);

        Assert.That(await _pair.Primary.Store.Documents.GetAsync("c/a"), Is.Not.Null);
        _pair.Primary.GoDown();
        await Pair.UnavailableAsync(() => _pair.Provider.Documents.GetAsync("c/a"));
    }

    [Test]
    public async Task Status_tells_healthy_open_and_draining()
    {
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
        _pair.Primary.GoDown();
        await _pair.SaveAsync("a", 1);
        Assert.That(await _pair.Provider.GetStatusAsync(), Is.EqualTo(new FailoverStatus { State = FailoverState.FailedOver, Primary = "First", Fallbacks = [new FallbackStatus { Name = "Second", Hints = 1 }] }));
        _pair.Primary.ComeBack();
        await _pair.Storage.GetInfoAsync("b");
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Replaying));
        await _pair.Provider.ReconcileAsync();
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
    }
}
