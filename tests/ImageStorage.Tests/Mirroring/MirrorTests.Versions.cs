using ImageStorage.Mirroring;
using ImageStorage.Providers;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Retained versions of a mirrored store: on both replicas, or on one with a record that the other lacks it.</summary>
internal sealed partial class MirrorTests
{
    private IVersionKeeper Keeper => _pair.Provider.GetAbility<IVersionKeeper>()!;

    [Test]
    public async Task Drop_that_one_replica_missed_is_replayed_there([Values] bool primaryIsDown)
    {
        var info = await _pair.SaveAsync("a", 1);
        await Keeper.RetainAsync("tx-1", "a", info.ETag);
        await Keeper.RetainAsync("tx-2", "a", info.ETag);
        Lost(primaryIsDown).GoDown();

        Assert.That(await Keeper.DropAsync("tx-1"), Is.True);
        Assert.That(await Keeper.ListRetainedAsync(), Is.EqualTo(new[] { "tx-2" }));
        Lost(primaryIsDown).ComeBack();
        Assert.That(await Keeper.ListRetainedAsync(), Is.EqualTo(new[] { "tx-2" }), "The replica that missed the drop has the version.");
        Assert.That(await Keeper.GetRetainedAsync("tx-1"), Is.Null);
        Assert.That(await Keeper.RestoreAsync("tx-1", "a", info.ETag), Is.False);
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Replaying));
        await _pair.Provider.ReconcileAsync();

        Assert.That(await Keeper.ListRetainedAsync(), Is.EqualTo(new[] { "tx-2" }));
        await _pair.AssertEqualAsync();
        Assert.That((await _pair.Provider.GetStatusAsync()).State, Is.EqualTo(FailoverState.Healthy));
    }

    [Test]
    public async Task Version_that_one_replica_missed_is_retained_there_before_its_image_changes([Values] bool primaryIsDown)
    {
        var first = await _pair.SaveAsync("a", 1);
        Lost(primaryIsDown).GoDown();
        Assert.That(await Keeper.RetainAsync("tx-1", "a", first.ETag), Is.True);
        var second = await _pair.SaveAsync("a", 2);
        Lost(primaryIsDown).ComeBack();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();
        Assert.That(await Lost(primaryIsDown).Store.GetAbility<IVersionKeeper>()!.ListRetainedAsync(), Is.EqualTo(new[] { "tx-1" }));
        Lost(!primaryIsDown).GoDown();

        Assert.That(await Keeper.RestoreAsync("tx-1", "a", second.ETag), Is.True);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
    }

    [Test]
    public async Task Version_that_a_replica_can_no_longer_retain_is_known_to_be_on_the_other([Values] bool primaryIsDown)
    {
        await _pair.SaveAsync("a", 1);
        Lost(primaryIsDown).GoDown();
        var second = await _pair.SaveAsync("a", 2);
        await Keeper.RetainAsync("tx-1", "a", second.ETag);
        var third = await _pair.SaveAsync("a", 3);
        Lost(primaryIsDown).ComeBack();
        await _pair.Provider.ReconcileAsync();
        await _pair.AssertEqualAsync();

        Lost(!primaryIsDown).GoDown();
        Assert.That((await Pair.UnavailableAsync(() => Keeper.GetRetainedAsync("tx-1"))).Message, Does.Contain("tx-1"));
        await Pair.UnavailableAsync(() => Keeper.RestoreAsync("tx-1", "a", third.ETag));
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(3)));
        Lost(!primaryIsDown).ComeBack();
        await _pair.Provider.ReconcileAsync();

        Assert.That(await Keeper.RestoreAsync("tx-1", "a", third.ETag), Is.True);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
        Assert.That(await Keeper.DropAsync("tx-1"), Is.True);
        Assert.That(await _pair.Primary.Store.Documents.ListAsync(MirrorHints.LackingPrefix), Is.Empty);
        Assert.That(await _pair.Mirror.Store.Documents.ListAsync(MirrorHints.LackingPrefix), Is.Empty);
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Retained_versions_survive_an_empty_replica_in_place_of_a_lost_one([Values] bool primaryIsLost)
    {
        var first = await _pair.SaveAsync("a", 1);
        await Keeper.RetainAsync("tx-1", "a", first.ETag);
        var second = await _pair.SaveAsync("a", 2);
        await Keeper.RetainAsync("tx-2", "a", second.ETag);
        if (primaryIsLost)
        {
            _pair.Primary = _pair.NewReplica("First");
        }
        else
        {
            _pair.Mirror = _pair.NewReplica("Second");
        }

        _pair.Restart();
        Assert.That(await Keeper.ListRetainedAsync(), Is.EqualTo(new[] { "tx-1", "tx-2" }));
        await _pair.Provider.ReconcileAsync();

        await _pair.AssertEqualAsync();
        Assert.That(await Keeper.ListRetainedAsync(), Is.EqualTo(new[] { "tx-1", "tx-2" }));
        Assert.That(await Keeper.RestoreAsync("tx-1", "a", second.ETag), Is.True);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        await _pair.AssertEqualAsync();
    }
}
