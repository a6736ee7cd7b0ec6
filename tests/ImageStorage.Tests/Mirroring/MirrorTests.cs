using System.Security.Cryptography;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>The answers of docs/guide/mirroring.md, one each.</summary>
internal sealed partial class MirrorTests
{
    private static readonly ImageQuery All = new() { Order = ImageOrder.KeyAscending };

    private MirrorPair _pair = null!;

    [SetUp]
    public void OpenPair() => _pair = new MirrorPair();

    [TearDown]
    public async Task ClosePairAsync() => await _pair.DisposeAsync();

    [Test]
    public async Task Each_replica_holds_the_same_under_the_real_keys_with_the_same_versions_and_times()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Clock.Advance(TimeSpan.FromMinutes(1));
        var saved = await _pair.Storage.SaveBytesAsync("a", Pair.Image(2), new SaveOptions { Tags = ["x"] });
        var updated = await _pair.Storage.UpdateAsync("a", new ImageUpdate { FileName = "f.png", Precondition = new IfMatch(saved.ETag) });
        await _pair.SaveAsync("b/c", 3);
        await _pair.Storage.DeleteAsync("b/c");

        await _pair.AssertEqualAsync();
        var alone = new ImageStorageManager(_pair.Mirror.Store);
        Assert.That(await alone.GetInfoAsync("a"), Is.EqualTo(updated));
        Assert.That(Convert.ToHexString((await alone.GetBytesAsync("a"))!), Is.EqualTo(Pair.Hex(2)));
    }

    // The hint, the image on either replica, the removal of the hint.
    [Test]
    public async Task Save_makes_four_writes_and_one_read_and_an_update_no_transfer()
    {
        await _pair.SaveAsync("warm", 1);
        var calls = new List<string>();
        Watch(_pair.Primary.Medium, "1");
        Watch(_pair.Mirror.Medium, "2");

        await _pair.SaveAsync("a", 1);

        Assert.That(calls.Where(call => !call.Contains("ListDocuments", StringComparison.Ordinal)), Is.EqualTo(new[] { "2 PutDocument", "1 Put", "2 Put", "1 GetInfo", "2 DeleteDocument" }));
        calls.Clear();
        await _pair.Storage.UpdateAsync("a", new ImageUpdate { Tags = ["x"] });
        Assert.That(calls, Does.Contain("2 OpenRead").And.Not.Contains("1 OpenRead"), "The bytes of the mirror's own copy are good for the new record.");

        void Watch(TestPart replica, string name) => replica.Fault = call =>
        {
            if (call.HasTakenEffect)
            {
                calls.Add($"{name} {call.Operation}");
            }

            return null;
        };
    }

    [Test]
    public async Task All_images_are_read_listed_and_measured_while_either_replica_is_down([Values] bool primaryIsDown)
    {
        await _pair.SaveAsync("a", 1);
        await _pair.SaveAsync("b", 2);
        Lost(primaryIsDown).GoDown();

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        Assert.That(await _pair.Storage.GetInfoAsync("never-saved"), Is.Null, "Both replicas had the same, so this one knows.");
        Assert.That((await _pair.Storage.ListAsync(All)).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "a", "b" }));
        Assert.That((await _pair.Storage.GetUsageAsync()).Count, Is.EqualTo(2));
    }

    [Test]
    public async Task Write_that_one_replica_missed_is_read_at_once_and_brought_there([Values] bool primaryIsDown, [Values] bool restarts)
    {
        var first = await _pair.SaveAsync("a", 1);
        await _pair.SaveAsync("gone", 1);
        Lost(primaryIsDown).GoDown();
        await _pair.SaveAsync("a", 2);
        _pair.Clock.Advance(TimeSpan.FromSeconds(1));
        await _pair.Storage.DeleteAsync("gone");
        _pair.Clock.Advance(TimeSpan.FromSeconds(1));
        await _pair.SaveAsync("new", 3);
        if (restarts)
        {
            _pair.Restart();
        }

        await AssertStateAsync();
        Lost(primaryIsDown).ComeBack();
        await AssertStateAsync();
        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Conflicts, result.Remaining), Is.EqualTo((3, 0, 0)));
        await AssertStateAsync();
        await _pair.AssertEqualAsync();
        var events = await _pair.EventsAsync();
        Assert.That(events.OfType<ReplicaMissed>().Select(missed => (missed.Key.Value, missed.Replica)), Is.EqualTo(new[] { ("a", Name()), ("gone", Name()), ("new", Name()) }));
        Assert.That(events.OfType<ReplicaReconciled>().Select(settled => (settled.Key.Value, settled.Outcome)), Is.EqualTo(new[] { ("a", MirrorOutcome.Copied), ("gone", MirrorOutcome.Deleted), ("new", MirrorOutcome.Copied) }));
        Assert.That(events.OfType<FailoverEnded>().Count(), Is.EqualTo(primaryIsDown && !restarts ? 1 : 0), "A process that starts in an outage finds the mirror leading, and asks the primary nothing.");

        string Name() => primaryIsDown ? "First" : "Second";

        async Task AssertStateAsync()
        {
            Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
            Assert.That((await _pair.Storage.GetInfoAsync("a"))!.CreatedAt, Is.EqualTo(first.CreatedAt));
            Assert.That(await _pair.BytesAsync("gone"), Is.Null);
            Assert.That((await _pair.Storage.ListAsync(All)).Items.Select(info => info.Key.Value), Is.EqualTo(new[] { "a", "new" }));
        }
    }

    [Test]
    public async Task Version_that_differs_only_in_its_properties_is_retained_when_the_other_wins()
    {
        await _pair.SaveAsync("a", 1);
        await _pair.Primary.Store.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["test.of"] = "primary" } });
        _pair.Clock.Advance(TimeSpan.FromSeconds(5));
        await _pair.Mirror.Store.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["test.of"] = "mirror" } });

        await _pair.Provider.ResyncAsync();

        Assert.That((await _pair.Storage.ListAsync(new ImageQuery())).Items.Select(info => info.Properties["test.of"]), Is.EquivalentTo(new[] { "primary", "mirror" }));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Hash_that_one_replica_missed_reaches_it_with_the_record([Values] bool primaryIsDown)
    {
        await new ImageStorageManager(_pair.Provider, new ImageStorageOptions { Identity = ContentIdentity.XxHash128 }, _pair.Clock).SaveBytesAsync("a", Pair.Image(1));
        Lost(primaryIsDown).GoDown();
        var updated = await _pair.Provider.UpdateAsync("a", new RecordUpdate { Sha256 = new Sha256Digest(SHA256.HashData(Pair.Image(1))) });
        Lost(primaryIsDown).ComeBack();

        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Replayed, result.Conflicts, result.Remaining), Is.EqualTo((1, 0, 0)));
        Assert.That(await _pair.Storage.GetInfoAsync("a"), Is.EqualTo(updated));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task ETag_of_before_is_good_on_either_replica_and_after_the_reconciliation([Values] bool primaryIsDown)
    {
        var first = await _pair.SaveAsync("a", 1);
        Lost(primaryIsDown).GoDown();

        Assert.That((await _pair.Storage.GetInfoAsync("a"))!.ETag, Is.EqualTo(first.ETag));
        var second = await _pair.Storage.SaveBytesAsync("a", Pair.Image(2), new SaveOptions { Precondition = new IfMatch(first.ETag) });
        Assert.That(() => _pair.Storage.SaveBytesAsync("a", Pair.Image(3), new SaveOptions { Precondition = new IfMatch(first.ETag) }), Throws.TypeOf<ImageConflictException>());
        Assert.That(() => _pair.Storage.SaveBytesAsync("a", Pair.Image(3), new SaveOptions { Precondition = IfNoneMatch.Any }), Throws.TypeOf<ImageConflictException>());
        Lost(primaryIsDown).ComeBack();
        await _pair.Provider.ReconcileAsync();

        Assert.That((await _pair.Storage.GetInfoAsync("a"))!.ETag, Is.EqualTo(second.ETag));
        Assert.That(await _pair.Storage.DeleteAsync("a", new DeleteOptions { Precondition = new IfMatch(second.ETag) }), Is.True);
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Replica_that_missed_a_write_does_not_serve_reads_for_the_other([Values] bool primaryIsBehind)
    {
        await _pair.SaveAsync("a", 1);
        Lost(primaryIsBehind).GoDown();
        await _pair.SaveAsync("a", 2);
        Lost(primaryIsBehind).ComeBack();
        Lost(!primaryIsBehind).GoDown();

        await Pair.UnavailableAsync(() => _pair.Storage.GetInfoAsync("a"));
        await Pair.UnavailableAsync(() => _pair.Storage.ListAsync(All));
        await Pair.UnavailableAsync(() => _pair.SaveAsync("a", 3));
        _pair.Restart();
        var failure = await Pair.UnavailableAsync(() => _pair.Storage.GetInfoAsync("a"));
        Assert.That(failure.Message, Does.Contain("TrustSingleReplica"));
        Lost(!primaryIsBehind).ComeBack();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Process_that_starts_with_one_replica_continues_if_that_replica_says_so_or_the_option_does([Values] bool primaryIsDown)
    {
        await _pair.SaveAsync("a", 1);
        Lost(primaryIsDown).GoDown();
        _pair.Restart();
        await Pair.UnavailableAsync(() => _pair.Storage.GetInfoAsync("a"));

        _pair.Options.TrustSingleReplica = true;
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        await _pair.SaveAsync("a", 2);
        _pair.Options.TrustSingleReplica = false;
        _pair.Restart();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)), "The replica has recorded that it is complete.");
    }

    // P3 and the crash between the two replicas: at each call of either replica, before or after its effect.
    [Test]
    public async Task Process_that_ends_at_any_call_of_a_save_leaves_a_trace_that_needs_no_scan([Values] bool ofPrimary, [Values] bool afterEffect, [Range(0, 5)] int call)
    {
        await _pair.SaveAsync("a", 1);
        var remaining = call;
        var replica = ofPrimary ? _pair.Primary.Medium : _pair.Mirror.Medium;
        replica.Fault = at => at.HasTakenEffect == afterEffect && remaining-- == 0 ? new ProcessEndedException() : null;
        try
        {
            await _pair.SaveAsync("a", 2);
        }
        catch (ProcessEndedException)
        {
        }

        replica.Fault = _ => null;
        _pair.Restart();
        var seen = await _pair.BytesAsync("a");
        Assert.That(seen, Is.EqualTo(Pair.Hex(1)).Or.EqualTo(Pair.Hex(2)));
        _pair.Primary.Medium.GoDown();
        try
        {
            Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(seen), "The mirror returned another version than the primary had returned.");
        }
        catch (StorageUnavailableException exception)
        {
            Assert.That(exception.Message, Does.Contain("was interrupted"));
        }

        _pair.Primary.Medium.ComeBack();
        var scans = 0;
        _pair.Primary.Medium.Fault = at => at.Operation == ProviderOperation.List && ++scans > 0 ? null : null;
        await _pair.Provider.ReconcileAsync();
        Assert.That(scans, Is.Zero);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(seen));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Hint_that_cannot_be_read_is_reported_and_retained_only_once_its_image_is_in_sync()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Mirror.Medium.GoDown();
        await _pair.SaveAsync("a", 2);
        _pair.Mirror.Medium.ComeBack();
        var name = (await _pair.Primary.Store.Documents.ListAsync("mirror/h-")).Single();
        await _pair.Primary.Store.Documents.PutAsync(name, new byte[] { 1 });

        var result = await _pair.Provider.ReconcileAsync();

        Assert.That((result.Unreadable, result.Remaining), Is.EqualTo((1, 1)));
        Assert.That(await _pair.Primary.Store.Documents.GetAsync(name), Is.Not.Null);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        await _pair.Provider.ResyncAsync();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
        Assert.That(await _pair.Primary.Store.Documents.ListAsync("mirror-retained/"), Has.Count.EqualTo(1));
        Assert.That((await _pair.EventsAsync()).OfType<HintUnreadable>().Single().Document, Is.EqualTo(name.Value));
    }

    [Test]
    public async Task Mirror_that_refuses_an_image_does_not_fail_the_save()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Mirror.Medium.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: false } ? new StorageFullException("Full.") { Provider = "Second" } : null;

        await _pair.SaveAsync("a", 2);

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        _pair.Mirror.Medium.ComeBack();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Both_unavailable_is_one_failure_that_names_each_with_its_cause()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.Medium.GoDown();
        _pair.Mirror.Medium.GoDown();

        foreach (var call in (Func<Task>[])[() => _pair.SaveAsync("a", 1), () => _pair.Storage.GetInfoAsync("a"), () => _pair.Storage.ListAsync(All), () => _pair.Provider.CheckAsync()])
        {
            var failure = await Pair.UnavailableAsync(call);
            Assert.That(failure.Message, Does.Contain("First is down").And.Contain("Second is down"));
        }
    }

    [Test]
    public async Task Replica_that_is_down_is_called_once_per_pause()
    {
        await using var pair = new MirrorPair(false, new MirrorOptions { ReconcileInterval = null, RetryPause = TimeSpan.FromSeconds(15) });
        await pair.SaveAsync("a", 1);
        var asked = 0;
        pair.Mirror.Medium.Fault = call =>
        {
            asked++;
            return pair.Mirror.Medium.Failure();
        };

        for (var i = 0; i < 10; i++)
        {
            await pair.SaveAsync("a", i);
        }

        Assert.That(asked, Is.EqualTo(1), "Every save would pay for a mirror that does not answer.");
    }

    private TestPart Lost(bool primary) => primary ? _pair.Primary.Medium : _pair.Mirror.Medium;
}
