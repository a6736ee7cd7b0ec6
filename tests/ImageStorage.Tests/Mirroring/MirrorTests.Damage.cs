using ImageStorage.Testing;
using ImageStorage.Tests.Failover;

namespace ImageStorage.Tests.Mirroring;

/// <summary>Damage on one replica is repaired from the other (P2).</summary>
internal sealed partial class MirrorTests
{
    [Test]
    public async Task Damaged_image_is_read_from_the_other_replica_and_repaired([Values] bool onMirror, [Values] bool withRecord)
    {
        var saved = await _pair.SaveAsync("a", 1);
        var damaged = onMirror ? _pair.Mirror : _pair.Primary;
        damaged.Damage("a", withRecord);
        if (onMirror)
        {
            // The mirror is read only while it leads.
            await _pair.Mirror.Store.Documents.PutAsync("mirror/leader", "{ \"format\": 1, \"needsResync\": false }"u8.ToArray());
            _pair.Restart();
        }

        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(1)));
        Assert.That(await _pair.Storage.GetInfoAsync("a"), Is.EqualTo(saved));
        await _pair.Provider.WaitForRepairsAsync();

        Assert.That(damaged.IsDamaged("a"), Is.False);
        Assert.That(await damaged.Store.GetInfoAsync("a"), Is.EqualTo(saved));
        var events = await _pair.EventsAsync();
        Assert.That(events.OfType<CorruptionRepaired>().Single() is { Key: var key, Replica: var replica } ? (key.Value, replica) : default, Is.EqualTo(("a", onMirror ? "Second" : "First")));
    }

    [Test]
    public async Task Range_of_a_damaged_image_continues_at_the_same_offset_in_small_reads()
    {
        var image = SampleImages.OfLength(300_000, 4);
        await _pair.Storage.SaveBytesAsync("a", image);
        _pair.Primary.Damage("a");

        await using var part = await _pair.Storage.GetAsync("a", new GetOptions { Range = new ByteRange(1000, 250_000) });
        var read = new MemoryStream();
        var buffer = new byte[777];
        for (int count; (count = await part!.Content.ReadAsync(buffer)) > 0;)
        {
            read.Write(buffer, 0, count);
        }

        Assert.That(read.ToArray().AsSpan().SequenceEqual(image.AsSpan(1000, 250_000)), Is.True);
    }

    [Test]
    public async Task Read_that_loses_its_replica_in_the_middle_continues_from_the_other_also_when_the_image_was_replaced_there()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.Damage("a");
        await using var image = await _pair.Storage.GetAsync("a");
        await _pair.SaveAsync("a", 2);

        // The mirror has other bytes by now: the damage is reported, and no byte of another version is returned.
        var read = new MemoryStream();
        Assert.That(async () => await image!.Content.CopyToAsync(read), Throws.TypeOf<ImageCorruptedException>());
        Assert.That(Pair.Image(1).AsSpan().StartsWith(read.ToArray()), Is.True);
        Assert.That(await _pair.BytesAsync("a"), Is.EqualTo(Pair.Hex(2)));
    }

    [Test]
    public async Task Resync_repairs_an_image_whose_record_is_damaged_on_one_replica_alone([Values] bool onMirror)
    {
        await _pair.SaveAsync("a", 1);
        await _pair.SaveAsync("b", 2);
        var damaged = onMirror ? _pair.Mirror : _pair.Primary;
        damaged.Damage("a", withRecord: true);

        Assert.That(await _pair.Provider.ResyncAsync(), Is.EqualTo(new ResyncResult { Compared = 2, Synchronized = 1, Conflicts = 0, Failed = 0 }));

        Assert.That(damaged.IsDamaged("a"), Is.False);
        await _pair.AssertEqualAsync();
    }

    [Test]
    public async Task Resync_of_a_new_replica_reports_the_only_copy_that_is_damaged_and_leaves_it()
    {
        await using var pair = await NewPairAsync();
        pair.Primary.Damage("a", withRecord: true);

        Assert.That(await pair.Provider.ResyncAsync(), Is.EqualTo(new ResyncResult { Compared = 2, Synchronized = 1, Conflicts = 0, Failed = 1 }));

        Assert.That(await pair.Primary.Store.GetInfoAsync("a"), Is.Not.Null);
        Assert.That((await pair.Provider.ResyncAsync()).Failed, Is.EqualTo(1));
    }

    [Test]
    public async Task New_replica_does_not_serve_alone_while_the_other_has_an_image_of_a_newer_version_of_the_library()
    {
        await using var pair = await NewPairAsync();
        pair.Primary.MakeNewer("a");

        await pair.Provider.ReconcileAsync();

        Assert.That((await pair.Provider.ResyncAsync()).Failed, Is.EqualTo(1));
        Assert.That((await pair.Provider.GetStatusAsync()).State, Is.Not.EqualTo(FailoverState.Healthy));
        pair.Primary.Medium.GoDown();
        await Pair.UnavailableAsync(() => pair.Storage.GetInfoAsync("a"));
    }

    /// <summary>Returns a mirror that is new beside a store with two images.</summary>
    private static async Task<MirrorPair> NewPairAsync()
    {
        var pair = new MirrorPair();
        var alone = new ImageStorageManager(pair.Primary.Store, null, pair.Clock);
        await alone.SaveBytesAsync("a", Pair.Image(1));
        await alone.SaveBytesAsync("b", Pair.Image(2));
        await pair.Storage.GetInfoAsync("b");
        return pair;
    }

    [Test]
    public async Task Damage_on_both_replicas_is_reported()
    {
        await _pair.SaveAsync("a", 1);
        _pair.Primary.Damage("a");
        _pair.Mirror.Damage("a");

        Assert.That(() => _pair.Storage.GetBytesAsync("a"), Throws.TypeOf<ImageCorruptedException>());
    }
}
