using ImageStorage.Coordination;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Replicas that are new, lost, exchanged, or written past the store.</summary>
internal sealed partial class MirrorTests
{
    [Test]
    public async Task Mirror_that_is_added_to_a_store_with_images_serves_reads_only_after_it_is_filled()
    {
        await using var pair = new MirrorPair();
        var alone = new ImageStorageManager(pair.Primary.Store, null, pair.Clock);
        for (var i = 0; i < 12; i++)
        {
            await alone.SaveBytesAsync($"k{i}", Pair.Image(i));
        }

        Assert.That(await pair.BytesAsync("k3"), Is.EqualTo(Pair.Hex(3)));
        await pair.SaveAsync("k4", 44);
        pair.Primary.Medium.GoDown();
        await Pair.UnavailableAsync(() => pair.Storage.GetInfoAsync("k3"));
        pair.Primary.Medium.ComeBack();
        await pair.Provider.ReconcileAsync();

        await pair.AssertEqualAsync();
        pair.Primary.Medium.GoDown();
        Assert.That(await pair.BytesAsync("k3"), Is.EqualTo(Pair.Hex(3)));
        Assert.That(await pair.BytesAsync("k4"), Is.EqualTo(Pair.Hex(44)));
    }

    [Test]
    public async Task Disk_that_was_replaced_is_never_taken_for_an_empty_store([Values] bool ofPrimary)
    {
        for (var i = 0; i < 5; i++)
        {
            await _pair.SaveAsync($"k{i}", i);
        }

        _ = ofPrimary ? _pair.Primary = _pair.NewReplica("First") : _pair.Mirror = _pair.NewReplica("Second");
        _pair.Restart();

        Assert.That(await _pair.BytesAsync("k3"), Is.EqualTo(Pair.Hex(3)));
        Assert.That((await _pair.Storage.ListAsync(All)).Items, Has.Count.EqualTo(5));
        await _pair.SaveAsync("k3", 33);
        await _pair.Storage.DeleteAsync("k4");
        await _pair.Provider.ReconcileAsync();
        Assert.That(await _pair.BytesAsync("k3"), Is.EqualTo(Pair.Hex(33)));
        Assert.That(await _pair.Storage.GetInfoAsync("k4"), Is.Null);
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Resync_synchronizes_writes_that_bypassed_the_store_and_retains_both_versions()
    {
        await _pair.SaveAsync("both", 1);
        await _pair.SaveAsync("lost", 2);
        _pair.Clock.Advance(TimeSpan.FromMinutes(1));
        await new ImageStorageManager(_pair.Mirror.Store, null, _pair.Clock).SaveBytesAsync("both", Pair.Image(3));
        await _pair.Primary.Store.DeleteAsync("lost");
        await new ImageStorageManager(_pair.Primary.Store, null, _pair.Clock).SaveBytesAsync("extra", Pair.Image(4));

        var result = await _pair.Provider.ResyncAsync();

        Assert.That(result, Is.EqualTo(new ResyncResult { Compared = 3, Synchronized = 3, Conflicts = 1, Failed = 0 }).Or.EqualTo(new ResyncResult { Compared = 4, Synchronized = 3, Conflicts = 1, Failed = 0 }));
        Assert.That(await _pair.BytesAsync("both"), Is.EqualTo(Pair.Hex(3)));
        Assert.That(await _pair.BytesAsync("lost"), Is.EqualTo(Pair.Hex(2)));
        Assert.That(await _pair.BytesAsync("extra"), Is.EqualTo(Pair.Hex(4)));
        var kept = (await _pair.Storage.ListAsync(new ImageQuery { Prefix = "mirror-conflicts/" })).Items.Single();
        Assert.That(kept.Key.Value, Does.EndWith("/both"));
        Assert.That(await _pair.BytesAsync(kept.Key), Is.EqualTo(Pair.Hex(1)));
        await _pair.AssertEqualAsync();
        var won = await _pair.Storage.GetInfoAsync("both");
        var events = await _pair.EventsAsync();
        Assert.That(events.OfType<MirrorConflict>().Single() is { Key: var key, Winner: var winner, RetainedAs: var keptKey } ? (key.Value, winner, keptKey) : default, Is.EqualTo(("both", "Second", kept.Key)));
        Assert.That(events.OfType<ImageSaved>().Select(saved => saved.Info), Is.EqualTo(new[] { kept, won }), "Readers see the retained version as an image, and the version that won.");
    }

    [Test]
    public async Task One_store_as_both_replicas_and_replicas_of_two_mirrors_and_exchanged_replicas_are_refused()
    {
        await _pair.SaveAsync("a", 1);
        await using var other = new MirrorPair();
        await other.SaveAsync("b", 1);

        Assert.That(() => _pair.Open(mirror: _pair.Primary).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("are the same store"));
        Assert.That(() => _pair.Open(mirror: other.Mirror).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("two different mirrors"));
        Assert.That(() => _pair.Open(_pair.Mirror, _pair.Primary).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("exchanged"));
        var filled = _pair.NewReplica("Third");
        await new ImageStorageManager(filled.Store).SaveBytesAsync("x", Pair.Image(1));
        Assert.That(() => _pair.Open(mirror: filled).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("holds images"));
    }

    // A newer version of the library may add a property to the identities.
    [Test]
    public async Task Unknown_properties_of_the_identities_change_nothing()
    {
        await _pair.SaveAsync("a", 1);
        foreach (var documents in (IDocumentStore[])[_pair.Primary.Store.Documents, _pair.Mirror.Store.Documents])
        {
            var text = System.Text.Encoding.UTF8.GetString((await documents.GetAsync(PairingDocument.OfReplica))!.Content.Span);
            await documents.PutAsync(PairingDocument.OfReplica, System.Text.Encoding.UTF8.GetBytes(text.Insert(text.Length - 1, ",\"later\":1")));
        }

        _pair.Restart();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        Assert.That(() => _pair.Open(_pair.Mirror, _pair.Primary).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("exchanged"));
    }

    [Test]
    public async Task Version_that_differs_in_its_properties_only_is_retained()
    {
        await _pair.SaveAsync("a", 1);
        await _pair.Primary.Store.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["scan.by"] = "primary" } });
        _pair.Clock.Advance(TimeSpan.FromMinutes(1));
        await _pair.Mirror.Store.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["scan.by"] = "mirror" } });

        var result = await _pair.Provider.ResyncAsync();

        Assert.That(result.Conflicts, Is.EqualTo(1));
        Assert.That((await _pair.Storage.GetInfoAsync("a"))!.Properties["scan.by"], Is.EqualTo("mirror"));
        Assert.That((await _pair.Storage.ListAsync(new ImageQuery { Prefix = "mirror-conflicts/" })).Items.Single().Properties["scan.by"], Is.EqualTo("primary"));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Replica_that_comes_back_after_another_has_taken_its_place_is_never_accepted_as_complete([Values] bool ofPrimary)
    {
        await _pair.SaveAsync("a", 1);
        await _pair.SaveAsync("deleted", 1);
        var former = ofPrimary ? _pair.Primary : _pair.Mirror;
        _ = ofPrimary ? _pair.Primary = _pair.NewReplica("Third") : _pair.Mirror = _pair.NewReplica("Third");
        _pair.Restart();
        await _pair.SaveAsync("a", 2);
        await _pair.Storage.DeleteAsync("deleted");
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();

        _ = ofPrimary ? _pair.Primary = former : _pair.Mirror = former;
        _pair.Restart();

        Assert.That(() => _pair.BytesAsync("a"), Throws.TypeOf<StorageNotSupportedException>().With.Message.Contains("was replaced for a while"));
    }

    [Test]
    public async Task Replica_that_comes_back_beside_the_one_that_has_taken_its_place_is_never_accepted_as_complete()
    {
        await _pair.SaveAsync("a", 1);
        var former = _pair.Primary;
        _pair.Primary = _pair.NewReplica("Third");
        _pair.Restart();
        await _pair.Storage.GetInfoAsync("a");
        await _pair.Provider.ReconcileAsync();

        Assert.That(() => _pair.Open(former, _pair.Primary).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>());
        Assert.That(() => _pair.Open(_pair.Primary, former).GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>());
    }

    [Test]
    public async Task Joining_of_a_new_replica_that_ends_in_the_middle_is_taken_up_by_the_next_process([Values] bool ofPrimary, [Range(0, 13)] int at)
    {
        await _pair.SaveAsync("a", 1);
        _ = ofPrimary ? _pair.Primary = _pair.NewReplica("Third") : _pair.Mirror = _pair.NewReplica("Third");
        _pair.Restart();
        var calls = 0;
        foreach (var replica in (TestPart[])[_pair.Primary.Medium, _pair.Mirror.Medium])
        {
            replica.Fault = call => calls++ == at ? new ProcessEndedException() : null;
        }

        Assert.That(() => _pair.Storage.GetInfoAsync("a"), Throws.TypeOf<ProcessEndedException>());
        _pair.Primary.Medium.ComeBack();
        _pair.Mirror.Medium.ComeBack();
        _pair.Restart();

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Replicas_that_were_paired_before_new_replicas_made_new_pairs_belong_together()
    {
        foreach (var (replica, role) in new (MirrorTestReplica, string)[] { (_pair.Primary, "primary"), (_pair.Mirror, "mirror") })
        {
            await replica.Store.Documents.PutAsync(PairingDocument.OfReplica, System.Text.Encoding.UTF8.GetBytes($$"""{ "format": 1, "group": "x", "role": "{{role}}", "pending": false, "members": [], "locations": [] }"""));
        }

        await _pair.SaveAsync("a", 1);

        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Mirror_becomes_the_primary_when_the_primary_is_lost_for_good()
    {
        await _pair.SaveAsync("a", 1);
        var (mirror, fresh) = (_pair.Mirror, _pair.NewReplica("Third"));
        (_pair.Primary, _pair.Mirror) = (mirror, fresh);
        _pair.Restart();

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
    }
}
