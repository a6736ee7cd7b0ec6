using System.Text;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>The documents of a mirrored store: on both replicas, with compare-and-swap by the replica that leads.</summary>
internal sealed partial class MirrorTests
{
    private IDocumentStore Documents => _pair.Provider.Documents;

    [Test]
    public async Task Document_is_on_both_replicas_and_read_while_either_is_down([Values] bool primaryIsDown)
    {
        await PutAsync("c/a", "1");
        Lost(primaryIsDown).GoDown();

        Assert.That(await TextAsync("c/a"), Is.EqualTo("1"));
        Assert.That(await Documents.GetAsync("c/never"), Is.Null);
        Assert.That(await Documents.ListAsync("c/"), Is.EqualTo(new DocumentName[] { "c/a" }));
        Assert.That(await Documents.ListCollectionsAsync(), Does.Contain("c"));
        Lost(primaryIsDown).ComeBack();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Document_that_one_replica_missed_is_read_at_once_and_brought_there([Values] bool primaryIsDown, [Values] bool restarts)
    {
        await PutAsync("c/a", "1");
        await PutAsync("c/gone", "1");
        Lost(primaryIsDown).GoDown();
        await PutAsync("c/a", "2");
        await Documents.DeleteAsync("c/gone");
        await PutAsync("history/new", "3");
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

        async Task AssertStateAsync()
        {
            Assert.That(await TextAsync("c/a"), Is.EqualTo("2"));
            Assert.That(await TextAsync("c/gone"), Is.Null);
            Assert.That(await TextAsync("history/new"), Is.EqualTo("3"));
            Assert.That(await Documents.ListAsync("c/"), Is.EqualTo(new DocumentName[] { "c/a" }));
        }
    }

    [Test]
    public async Task Version_of_before_decides_on_either_replica_and_after_the_reconciliation([Values] bool primaryIsDown)
    {
        var first = await PutAsync("c/a", "1", DocumentETag.None);
        Lost(primaryIsDown).GoDown();

        Assert.That((await Documents.GetAsync("c/a"))!.ETag, Is.EqualTo(first));
        var second = await PutAsync("c/a", "2", first);
        Assert.That(() => PutAsync("c/a", "3", first), Throws.TypeOf<ImageConflictException>());
        Assert.That(() => PutAsync("c/a", "3", DocumentETag.None), Throws.TypeOf<ImageConflictException>());
        Assert.That(() => Documents.DeleteAsync("c/a", first), Throws.TypeOf<ImageConflictException>());
        Lost(primaryIsDown).ComeBack();
        await _pair.Provider.ReconcileAsync();

        var third = await PutAsync("c/a", "3", second);
        Assert.That(() => PutAsync("c/a", "4", second), Throws.TypeOf<ImageConflictException>());
        Assert.That(await Documents.DeleteAsync("c/a", third), Is.True);
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Version_that_returns_to_earlier_bytes_is_another_version()
    {
        var first = await PutAsync("c/a", "1");
        await PutAsync("c/a", "2");
        await PutAsync("c/a", "1");

        Assert.That(() => PutAsync("c/a", "3", first), Throws.TypeOf<ImageConflictException>());
        _pair.Primary.Medium.GoDown();

        // The mirror's ETag of that version is not known, so the effect of the attempt on the primary is unknown.
        Assert.That(() => PutAsync("c/a", "3", first), Throws.TypeOf<StorageUnavailableException>());
        Assert.That(() => PutAsync("c/a", "3", first), Throws.InstanceOf<ImageStorageException>());
        _pair.Primary.Medium.ComeBack();
        await _pair.Provider.ReconcileAsync();
        Assert.That(() => PutAsync("c/a", "3", first), Throws.TypeOf<ImageConflictException>());
    }

    // P1: the mirror leads, and has nothing to delete, because it missed the write. The primary has the version in doubt.
    [Test]
    public async Task Deletion_of_what_the_leading_mirror_missed_is_not_undone()
    {
        await PutAsync("c/b", "1");
        await _pair.SaveAsync("b", 1);
        foreach (var write in (Func<Task>[])[() => PutAsync("c/a", "1"), () => _pair.SaveAsync("a", 1)])
        {
            // The first document is the hint.
            var documents = 0;
            _pair.Mirror.Medium.Fault = call => !call.HasTakenEffect && (call.Operation == ProviderOperation.Put || (call.Operation == ProviderOperation.PutDocument && ++documents == 2)) ? _pair.Mirror.Medium.Failure() : null;
            await write();
            _pair.Mirror.Medium.ComeBack();
        }

        _pair.Primary.Medium.GoDown();
        await PutAsync("c/b", "2");
        _pair.Primary.Medium.ComeBack();

        // The reads find that the primary answers again.
        Assert.That(await TextAsync("c/a"), Is.EqualTo("1"));
        Assert.That(await _pair.Storage.GetInfoAsync("a"), Is.Not.Null);

        await Documents.DeleteAsync("c/a");
        await _pair.Storage.DeleteAsync("a");

        await AssertDeletedAsync();
        await _pair.Provider.ReconcileAsync();
        await AssertDeletedAsync();
        await _pair.AssertEqualAsync();

        async Task AssertDeletedAsync()
        {
            Assert.That(await TextAsync("c/a"), Is.Null);
            Assert.That(await _pair.Storage.GetInfoAsync("a"), Is.Null);
        }
    }

    // P1: between the two creations, another process deletes the document. Its absence is not the absence from before.
    [Test]
    public async Task Creation_that_a_deletion_overtakes_leaves_the_document_on_neither_replica()
    {
        await PutAsync("c/b", "1");
        var other = _pair.Open();
        await using var _ = other;
        await other.Documents.GetAsync("c/b");
        var documents = 0;
        _pair.Mirror.Medium.Fault = call =>
        {
            // The first document is the hint.
            if (!call.HasTakenEffect && call.Operation == ProviderOperation.PutDocument && ++documents == 2)
            {
                Assert.That(Task.Run(() => other.Documents.DeleteAsync("c/a")).GetAwaiter().GetResult(), Is.True);
            }

            return null;
        };

        await PutAsync("c/a", "1", DocumentETag.None);

        Assert.That(documents, Is.GreaterThan(1));
        await _pair.Provider.ReconcileAsync();
        Assert.That(await TextAsync("c/a"), Is.Null);
        await _pair.AssertEqualAsync();
    }

    // P1: another volume is mounted at the path of the primary. The right one comes back.
    [Test]
    public async Task Pair_that_is_refused_is_not_changed()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Mirror.Medium.Fault = call => !call.HasTakenEffect && call.Operation == ProviderOperation.Put ? _pair.Mirror.Medium.Failure() : null;
        await _pair.SaveAsync("a", 2);
        _pair.Mirror.Medium.ComeBack();
        var before = await HintsAsync();
        Assert.That(before, Is.Not.Empty);
        var primary = _pair.Primary;
        _pair.Primary = _pair.NewReplica("First");
        await new ImageStorageManager(_pair.Primary.Store).SaveBytesAsync("other", Pair.Image(3));
        _pair.Restart();

        Assert.That(() => _pair.Storage.GetInfoAsync("a"), Throws.TypeOf<StorageNotSupportedException>());

        Assert.That(await HintsAsync(), Is.EqualTo(before));
        _pair.Primary = primary;
        _pair.Restart();
        Assert.That(await _pair.Storage.GetBytesAsync("a"), Is.EqualTo(Pair.Image(2)));

        async Task<List<string>> HintsAsync() =>
            [.. (await _pair.Mirror.Store.Documents.ListAsync("mirror/")).Concat(await _pair.Mirror.Store.Documents.ListAsync("mirror-in-doubt/")).Select(name => name.Value)];
    }

    // P7: a replica that is full for one version receives everything else.
    [Test]
    public async Task Version_that_cannot_be_copied_does_not_stop_the_reconciliation()
    {
        var saved = await _pair.SaveAsync("a", 1);
        _pair.Mirror.Medium.Fault = call => !call.HasTakenEffect && call.Operation is ProviderOperation.Put or ProviderOperation.Retain ? new StorageFullException("Second is full.") { Provider = "Second" } : null;
        Assert.That(await ((IVersionKeeper)_pair.Provider).RetainAsync("bin-1", "a", saved.ETag), Is.True);
        await _pair.SaveAsync("b", 2);
        _pair.Mirror.Medium.Fault = call => !call.HasTakenEffect && call.Operation == ProviderOperation.Retain ? new StorageFullException("Second is full.") { Provider = "Second" } : null;

        await _pair.Provider.ReconcileAsync();

        Assert.That(await _pair.Mirror.Store.GetInfoAsync("b"), Is.Not.Null);
        _pair.Mirror.Medium.ComeBack();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
    }

    // P1, P3: at each call of either replica, before or after its effect.
    [Test]
    public async Task Process_that_ends_at_any_call_of_a_document_write_leaves_a_hint([Values] bool ofPrimary, [Values] bool afterEffect, [Range(0, 4)] int call, [Values] bool deletes)
    {
        await PutAsync("c/a", "1");
        var remaining = call;
        var replica = ofPrimary ? _pair.Primary.Medium : _pair.Mirror.Medium;
        replica.Fault = at => at.HasTakenEffect == afterEffect && remaining-- == 0 ? new ProcessEndedException() : null;
        try
        {
            await (deletes ? (Task)Documents.DeleteAsync("c/a") : PutAsync("c/a", "2"));
        }
        catch (ProcessEndedException)
        {
        }

        replica.Fault = _ => null;
        _pair.Restart();
        var seen = await TextAsync("c/a");
        Assert.That(seen, Is.EqualTo("1").Or.EqualTo(deletes ? null : "2"));
        _pair.Primary.Medium.GoDown();
        try
        {
            Assert.That(await TextAsync("c/a"), Is.EqualTo(seen), "The mirror returned another version than the primary had returned.");
        }
        catch (StorageUnavailableException exception)
        {
            Assert.That(exception.Message, Does.Contain("was interrupted"));
        }

        _pair.Primary.Medium.ComeBack();
        await _pair.Provider.ReconcileAsync();
        Assert.That(await TextAsync("c/a"), Is.EqualTo(seen));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Document_that_may_be_on_the_lost_primary_is_listed_and_not_taken_for_deleted()
    {
        await PutAsync("c/a", "1");
        _pair.Mirror.Medium.Fault = call => call is { Operation: ProviderOperation.PutDocument, HasTakenEffect: false, Name: "c/b" } ? _pair.Mirror.Medium.Failure() : null;
        await PutAsync("c/b", "2");
        _pair.Mirror.Medium.ComeBack();
        _pair.Primary.Medium.GoDown();

        Assert.That(await Documents.ListAsync("c/"), Is.EqualTo(new DocumentName[] { "c/a", "c/b" }));
        Assert.That((await Pair.UnavailableAsync(() => Documents.GetAsync("c/b"))).Message, Does.Contain("was interrupted"));
        await Pair.UnavailableAsync(() => PutAsync("c/b", "3", DocumentETag.None));
        _pair.Primary.Medium.ComeBack();
        await _pair.Provider.ReconcileAsync();
        Assert.That(await TextAsync("c/b"), Is.EqualTo("2"));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Documents_written_on_both_replicas_independently_are_both_kept()
    {
        await PutAsync("c/a", "1");
        var other = _pair.Open(losesPrimary: () => true);
        await _pair.Provider.Documents.GetAsync("c/a");
        await using var first = _pair.Open();
        await first.Documents.GetAsync("c/a");
        _pair.Mirror.Medium.GoDown();
        await PutAsync("c/a", "2");
        _pair.Mirror.Medium.ComeBack();
        _pair.Options.TrustSingleReplica = true;
        _pair.Clock.Advance(TimeSpan.FromSeconds(1));
        await other.Documents.PutAsync("c/a", Encoding.UTF8.GetBytes("3"));

        await _pair.Provider.ReconcileAsync();

        Assert.That(await TextAsync("c/a"), Is.EqualTo("3"));
        var retained = (await Documents.ListAsync("mirror-conflicts/")).Single();
        Assert.That(retained.Value, Does.EndWith("/c/a"));
        Assert.That(await TextAsync(retained), Is.EqualTo("2"));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Documents_reach_an_empty_replica_in_place_of_a_lost_one([Values] bool primaryIsLost, [Values] bool hasImages)
    {
        if (hasImages)
        {
            await _pair.SaveAsync("a", 1);
        }

        await PutAsync("history/a", "1");
        await PutAsync("c/a", "2");
        if (primaryIsLost)
        {
            _pair.Primary = _pair.NewReplica("First");
        }
        else
        {
            _pair.Mirror = _pair.NewReplica("Second");
        }

        _pair.Restart();
        Assert.That(await TextAsync("history/a"), Is.EqualTo("1"), "Before the resync.");
        await _pair.Provider.ReconcileAsync();

        Assert.That(await TextAsync("history/a"), Is.EqualTo("1"));
        Assert.That(await TextAsync("c/a"), Is.EqualTo("2"));
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Documents_about_processes_and_providers_are_those_of_the_primary()
    {
        await PutAsync("jobs/a", "1");

        Assert.That(await _pair.Primary.Store.Documents.GetAsync("jobs/a"), Is.Not.Null);
        Assert.That(await _pair.Mirror.Store.Documents.GetAsync("jobs/a"), Is.Null);
        _pair.Primary.Medium.GoDown();
        await Pair.UnavailableAsync(() => Documents.GetAsync("jobs/a"));
    }

    [Test]
    public async Task Image_of_a_lost_primary_whose_write_was_interrupted_stays_on_the_mirror()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Mirror.Medium.Fault = call => call is { Operation: ProviderOperation.Put, HasTakenEffect: false } ? _pair.Mirror.Medium.Failure() : null;
        await _pair.SaveAsync("a", 2);
        _pair.Mirror.Medium.ComeBack();
        _pair.Primary = _pair.NewReplica("First");
        _pair.Restart();

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        await _pair.Provider.ReconcileAsync();
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        await _pair.AssertEqualAsync();
    }

    private Task<DocumentETag> PutAsync(DocumentName name, string text, DocumentETag? ifMatch = null) => Documents.PutAsync(name, Encoding.UTF8.GetBytes(text), ifMatch);

    private async Task<string?> TextAsync(DocumentName name) => await Documents.GetAsync(name) is { } document ? Encoding.UTF8.GetString(document.Content.Span) : null;
}
