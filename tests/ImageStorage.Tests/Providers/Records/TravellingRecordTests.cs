using ImageStorage.Providers;
using ImageStorage.Testing.NUnit;
using ImageStorage.Tests.Failover;
using ImageStorage.Tests.Mirroring;

namespace ImageStorage.Tests.Providers.Records;

/// <summary>
/// Everything that a record says travels with the image: through an outage of the primary, its replay, and a mirror.
/// </summary>
internal sealed class TravellingRecordTests
{
    private static readonly byte[] NewField = RecordBytes.Text(5000, "of a newer build");

    private static PutRequest Request => PutRequest.CopyOf(
        RecordBytes.Read([.. RecordBytes.Of(ImageInfoTests.Sample with { Key = "a", Encoding = null }), .. NewField]),
        new PieceContent(Pair.Image(1), 100));

    [Test]
    public async Task Record_travels_through_an_outage()
    {
        await using var pair = new Pair();
        pair.Primary.GoDown();
        await pair.Provider.PutAsync(Request);
        await pair.Provider.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["new.one"] = "1" }, FrameCount = 7 });
        AssertComplete((await pair.Provider.GetInfoAsync("a"))!);

        pair.Primary.ComeBack();
        await pair.Provider.ReconcileAsync();

        AssertComplete((await pair.Primary.Store.GetInfoAsync("a"))!);
    }

    [Test]
    public async Task Record_travels_to_both_replicas()
    {
        await using var pair = new MirrorPair();
        await pair.Provider.PutAsync(Request);
        await pair.Provider.UpdateAsync("a", new RecordUpdate { Properties = new Dictionary<string, string?> { ["new.one"] = "1" }, FrameCount = 7 });

        await pair.AssertEqualAsync();
        AssertComplete((await pair.Primary.Store.GetInfoAsync("a"))!);
        AssertComplete((await pair.Mirror.Store.GetInfoAsync("a"))!);
    }

    // Equality of records leaves these fields out, so a replay must compare them, too.
    [Test]
    public async Task Replay_writes_a_version_that_differs_only_in_fields_of_a_newer_build()
    {
        await using var pair = new Pair();
        var older = await pair.SaveAsync("a", 1);
        pair.Primary.GoDown();
        await pair.Provider.PutAsync(PutRequest.CopyOf(RecordBytes.Read([.. RecordBytes.Of(older), .. NewField]), new PieceContent(Pair.Image(1), 100)));

        pair.Primary.ComeBack();
        await pair.Provider.ReconcileAsync();

        Assert.That(RecordBytes.Of((await pair.Primary.Store.GetInfoAsync("a"))!).AsSpan().IndexOf(NewField), Is.GreaterThan(0));
    }

    [Test]
    public async Task Record_of_a_newer_build_holds_up_no_other_image_of_a_chain([Values] bool onPrimary)
    {
        await using var pair = new Pair();
        pair.Primary.GoDown();
        await pair.SaveAsync("newer", 2);
        var newer = onPrimary ? "newer" : (await pair.Fallback.KeysAsync()).Single();
        foreach (var (key, seed) in new[] { ("a", 1), ("c", 3) })
        {
            pair.Clock.Advance(TimeSpan.FromSeconds(1));
            await pair.SaveAsync(key, seed);
        }

        pair.Primary.ComeBack();
        (onPrimary ? pair.Primary : pair.Fallback).Fault = call => call is { HasTakenEffect: false, Key: { } key } && key.Value == newer ? ProviderErrors.Newer(key, "First") : null;
        var listed = await pair.Storage.ListAsync(new ImageQuery());
        var result = await pair.Provider.ReconcileAsync();

        Assert.That(listed.Items.Select(info => info.Key.Value), Is.EquivalentTo(onPrimary ? new[] { "newer", "a", "c" } : ["a", "c"]));
        Assert.That((result.Replayed, result.Unreadable, result.Remaining), Is.EqualTo((2, 1, 1)));
        Assert.That(await pair.Primary.KeysAsync(), Is.EquivalentTo(new[] { "a", "c" }));
        Assert.That(() => pair.BytesAsync("newer"), onPrimary ? Is.EqualTo(Pair.Hex(2)) : Throws.TypeOf<StorageNotSupportedException>().With.Property("Key").EqualTo((ImageKey?)"newer"));
    }

    [Test]
    public async Task Record_travels_with_the_repair_of_a_replica([Values] bool withRecord)
    {
        await using var pair = new MirrorPair();
        await pair.Provider.PutAsync(Request);
        pair.Primary.Damage("a", withRecord);

        await pair.BytesAsync("a");
        await pair.Provider.WaitForRepairsAsync();

        Assert.That(pair.Primary.IsDamaged("a"), Is.False, "the image was not repaired");
        await AssertTravelledAsync(pair);
    }

    [Test]
    public async Task Record_travels_to_a_replica_that_lost_the_image()
    {
        await using var pair = new MirrorPair();
        await pair.Provider.PutAsync(Request);
        await pair.Mirror.Store.DeleteAsync("a");

        await pair.Provider.ResyncAsync();

        await AssertTravelledAsync(pair);
    }

    // The names come in the order of the caller's dictionary, whose comparer may be any.
    [Test]
    public async Task Record_of_a_request_with_another_order_or_no_tags_is_the_record_that_is_read()
    {
        await using var provider = new InMemoryImageProvider();
        var backwards = MetadataDictionary.Empty.Add("a.b", "1").Add("c.d", "2").WithComparers(Comparer<string>.Create((left, right) => string.CompareOrdinal(right, left)));

        var saved = await provider.PutAsync(Request with { Metadata = backwards, Properties = backwards, Tags = default });

        Assert.That(RecordBytes.Read(RecordBytes.Of(saved)), Is.EqualTo(saved));
        Assert.That(saved.Properties.Keys, Is.EqualTo(new[] { "a.b", "c.d" }));
    }

    [Test]
    public void Properties_by_the_rules_of_a_newer_version_are_copied_and_kept()
    {
        var stored = ImageInfoTests.Sample with { Properties = MetadataDictionary.Empty.Add("Newer_Name", new string('x', 2000)).Add("a.b", "1") };
        ImageInfo Updated(string name, string? value) => new RecordUpdate { Properties = new Dictionary<string, string?> { [name] = value } }.ApplyTo(stored, stored.ModifiedAt, stored.ETag);

        Assert.That(PutRequest.CopyOf(stored, Request.Content).Properties, Is.SameAs(stored.Properties));
        Assert.That(Updated("a.b", "2").Properties, Is.EqualTo(stored.Properties.SetItem("a.b", "2")));
        Assert.That(Updated("a.b", null).Properties, Is.EqualTo(stored.Properties.Remove("a.b")));
        Assert.That(() => Updated("a.c", "1"), Throws.TypeOf<ImageValidationException>().With.Message.Contains("1024"));
        Assert.That(() => Updated("Name", "1"), Throws.TypeOf<ImageValidationException>().With.Message.Contains("feature.name"));
    }

    [Test]
    public void Property_that_no_record_can_hold_is_refused() => Assert.That(
        () => Request with { Properties = MetadataDictionary.Empty.Add("a.b", "\uD800") },
        Throws.TypeOf<ImageValidationException>().With.Property(nameof(ImageValidationException.Kind)).EqualTo(ImageValidationKind.InvalidProperties));

    private static async Task AssertTravelledAsync(MirrorPair pair)
    {
        foreach (var replica in (MirrorTestReplica[])[pair.Primary, pair.Mirror])
        {
            var info = (await replica.Store.GetInfoAsync("a"))!;
            AssertComplete(info with { Properties = info.Properties.Add("new.one", "1"), FrameCount = 7 });
        }

        await pair.AssertEqualAsync();
    }

    private static void AssertComplete(ImageInfo info)
    {
        var sample = ImageInfoTests.Sample;
        Assert.That(info.Properties, Is.EqualTo(sample.Properties.Add("new.one", "1")));
        Assert.That((info.Orientation, info.FrameCount, info.FileName), Is.EqualTo((sample.Orientation, (int?)7, sample.FileName)));
        Assert.That((info.Metadata.Single(), info.Tags.Single()), Is.EqualTo((sample.Metadata.Single(), sample.Tags.Single())));
        Assert.That(RecordBytes.Of(info).AsSpan().IndexOf(NewField), Is.GreaterThan(0));
    }
}
